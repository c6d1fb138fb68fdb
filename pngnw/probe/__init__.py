"""What frozen states know that a synthesiser needs: a linear probe for each labelled set."""
