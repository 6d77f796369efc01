"""The live hub: tells the streams of this process "look again", as soon as something was committed anywhere."""
