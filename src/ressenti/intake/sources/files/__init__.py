"""The seven files of the import format, as they lie in folders and archives."""
