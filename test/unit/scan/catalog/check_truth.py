"""Compares what the catalog finds in images with what npm, pip (importlib.metadata) and gem said when
the images were made: none missing, none extra.

usage: check_truth.py LIST_TREE DIRECTORY   (with oci/NAME and truth/NAME.{npm,gem}.txt, NAME.python.tsv)
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

WANTED = re.compile(r'/package\.json$|/METADATA$|/PKG-INFO$|\.egg-info$|\.gemspec$')


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def apply(layer, root):
    """Unpacks the wanted regular files of one layer, and does what its whiteouts say."""
    for entry in layer:
        path = os.path.join(root, entry.name)
        directory, name = os.path.split(path)
        if name == '.wh..wh..opq':
            for each in os.listdir(directory) if os.path.isdir(directory) else ():
                remove(os.path.join(directory, each))
        elif name.startswith('.wh.'):
            remove(os.path.join(directory, name[len('.wh.'):]))
        elif entry.isfile() and WANTED.search(entry.name):
            os.makedirs(directory, exist_ok=True)
            with open(path, 'wb') as file:
                shutil.copyfileobj(layer.extractfile(entry), file)


def unpack(layout, root):
    def blob(digest):
        return os.path.join(layout, 'blobs', *digest.split(':'))
    with open(os.path.join(layout, 'index.json'), encoding='utf-8') as file:
        manifest = json.load(file)['manifests'][0]['digest']
    with open(blob(manifest), encoding='utf-8') as file:
        layers = json.load(file)['layers']
    for layer in layers:
        with tarfile.open(blob(layer['digest'])) as archive:
            apply(archive, root)


def found(list_tree, root):
    """(path, type, name, version) of everything below root."""
    run = subprocess.run([list_tree, root], stdout=subprocess.PIPE, check=True)
    for line in run.stdout.decode().splitlines():
        yield line.split('\t')[:4]


def lines(path):
    with open(path, encoding='utf-8') as file:
        return file.read().splitlines()


def npm(packages, path):
    """npm was asked about one program: what else is in the image is not compared."""
    truth = {tuple(line.split(':', 1)) for line in lines(path)}
    top = min((place for place, _ in truth), key=len)
    ours = {('/' + os.path.dirname(file), f'{name}@{version}')
            for file, kind, name, version in packages if kind == 'npm'}
    return {each for each in ours if (each[0] + '/').startswith(top + '/')}, truth


def python(packages, path):
    def place(file):
        return '/' + re.sub(r'/(METADATA|PKG-INFO)$', '', file)
    ours = {(name, version, place(file)) for file, kind, name, version in packages if kind == 'pypi'}
    return ours, {tuple(line.split('\t')) for line in lines(path)}


def gem(packages, path):
    truth = set()
    for line in lines(path):
        match = re.fullmatch(r'(\S+) \((.*)\)', line)
        for version in match.group(2).split(', ') if match else ():
            truth.add((match.group(1), version.removeprefix('default: ')))
    return {(name, version) for _, kind, name, version in packages if kind == 'gem'}, truth


TRUTHS = {'npm.txt': npm, 'python.tsv': python, 'gem.txt': gem}


def compare(list_tree, directory, image):
    """The number of differences, which are printed."""
    truths = {name: os.path.join(directory, 'truth', f'{image}.{name}') for name in TRUTHS}
    truths = {name: path for name, path in truths.items() if os.path.exists(path)}
    if not truths:
        return 0
    with tempfile.TemporaryDirectory() as root:
        unpack(os.path.join(directory, 'oci', image), root)
        packages = list(found(list_tree, root))
    wrong = 0
    for name, path in truths.items():
        ours, truth = TRUTHS[name](packages, path)
        for each in sorted(ours ^ truth):
            print(f'{image}: {name}: {"extra" if each in ours else "missing"}: {each}')
            wrong += 1
        print(f'{image}: {name}: {len(truth)} compared')
    return wrong


def main(list_tree, directory):
    images = os.path.join(directory, 'oci')
    if not os.path.isdir(images):
        print(f'SKIP: catalog/truth: {directory} is absent')
        return 77
    wrong = sum(compare(list_tree, directory, image) for image in sorted(os.listdir(images)))
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
