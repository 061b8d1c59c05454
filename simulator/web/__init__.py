"""What every view needs: the world, who calls or is signed in, and what surrounds each request."""
