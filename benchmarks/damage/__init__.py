"""An archive whose objects are damaged at random: what is rebuilt, listed, repaired, exported."""
