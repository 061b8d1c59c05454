"""Our own date formats for each language, where Django looks for them (`FORMAT_MODULE_PATH`)."""
