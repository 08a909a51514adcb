"""What the tests of the program under the fault sweep share: calling the sweep, and images."""
import os
import subprocess
import sys

SWEEP, LIBRARY, PLIMSOLL, HERE = sys.argv[1:5]
sys.path.insert(0, HERE)
from harness import MANIFEST, Image, descriptor, write_layout  # noqa: E402


def write_image(directory, layers):
    """A layout of layers, {path: bytes} each, as a target."""
    image = Image(layers)
    path = os.path.join(directory, "image")
    write_layout(path, [descriptor(MANIFEST, image.manifest)], image.blobs)
    return f"oci-dir:{path}"


def sweep(directory, options, *command):
    """1 if a run of the program went wrong, else 0."""
    home = os.path.join(directory, "home")
    os.makedirs(home, exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": home, "XDG_CACHE_HOME": home + "/cache"}
    done = subprocess.run([sys.executable, SWEEP, "--library", LIBRARY, "--seconds", "60",
                           "--reset", home + "/cache", *options, "--", PLIMSOLL, *command],
                          env=environment, check=False)
    return done.returncode
