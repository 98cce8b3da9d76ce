"""The human body: one mesh of MakeHuman's in any age, build and pose, and cloth cut from it."""
