"""torch's own recurrent layers, fed with indices."""
