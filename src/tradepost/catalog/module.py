"""Joins the catalog room to the house. (Its pages register their navigation here.)"""
