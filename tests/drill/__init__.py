"""An installation by its document, on a machine within a folder: `make drill`."""
