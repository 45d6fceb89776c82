"""Screens: permission → form → one operation → redirect. Only here does the platform speak to people."""
