"""What happens inside of layers that read sequences, as panels show it: gates of recurrent layers, attention."""
