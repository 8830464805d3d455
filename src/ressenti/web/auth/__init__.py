"""Who asks, and may they? Sessions and tokens are recognised here, and every route's permission is held."""
