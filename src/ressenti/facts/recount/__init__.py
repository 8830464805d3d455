"""The facts counted a second time, straight from the definitions, so that two implementations are compared."""
