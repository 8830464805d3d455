"""Figures drawn as SVG from rows: fluid in width, coloured by the style sheet, without a script or an inline style."""
