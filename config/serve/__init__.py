"""The processes of an installation, each with every flag that it needs: `python -m config.serve`."""
