"""Where records come from: the seven files of the import format, and the products that have their own."""
