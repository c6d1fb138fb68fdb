"""What frozen states know that a synthesizer needs: a linear probe for each labelled set."""
