"""What a collection of any size needs: measured where it fits, reckoned beyond."""
