class Thing(Object:
    x: int = 0
