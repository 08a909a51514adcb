"""Compares what toml_dump says of documents with what Python's tomllib says: the same values, and the
same refusals. Beside the documents named here, with those of directories: of the toml-test suite
(see fetch-toml-test) or any other.

usage: check_oracle.py TOML_DUMP [DIRECTORY...]
"""
import json
import os
import subprocess
import sys
import tempfile

try:
    import tomllib
except ImportError:
    print('SKIP: toml/oracle: this Python has no tomllib')
    sys.exit(77)

DOCUMENTS = [
    b'', b'a = 1', b'a = 1\r\nb = 2', b'a.b.c = 1\na.b.d = 2', b'a = 1\na = 2', b'a.b = 1\n[a]',
    b'[a.b]\n[a]\nc = 1', b'[a]\n[a]', b'[a]\nb.c = 1\n[a.b]', b'[a]\nb.c = 1\n[a.b.d]',
    b'[a.b.c]\nz = 9\n[a]\nb.c.t = 1', b'[a.b.c.d]\n[a]\nb.c.d.k = 1', b'[a.b.c]\n[a]\nb.x = 1',
    b'[[a]]\n[[a]]\nb = 1\n[a.c]\nd = 2', b'a = []\n[[a]]', b'[[a]]\n[a]', b'[a]\n[[a]]',
    b'[a.b]\n[[a]]', b'a = [{b = 1}]\n[a.c]', b'a = {b = 1}\n[a.c]', b'a = {b.c = 1, b.d = 2}',
    b'a = {b.c = 1, b = 2}', b'a = {b = {}, b.c = 1}', b'a = {}\na.b = 1', b'a = {b = 1,}',
    b'a = {b = 1\n}', b'a = [1, [2, "x"], {y = 1},]', b'a = [1,,2]', b'a = [\n#x\n1 # y\n,\n]',
    b'a = 1 b = 2', b'a = ', b'= 1', b'"" = 1', b"'' = 1\n'a b'.\"c\\n\" = 2", b'a.\nb = 1',
    b'a = 0x1F\nb = 0o17\nc = 0b11\nd = 1_000\ne = +0\nf = -0', b'a = 01', b'a = 1__0', b'a = _1',
    b'a = 1_', b'a = 0x', b'a = 0X1', b'a = -0x1', b'a = 9223372036854775807', b'a = 1e5\nb = 1E-2',
    b'a = 1.', b'a = .1', b'a = 1.0e', b'a = 01.0', b'a = inf\nb = -inf', b'a = +nan', b'a = Inf',
    b'a = true\nb = false', b'a = True', b'a = truex', b'a = 1979-05-27', b'a = 1979-05-27 07:32:00Z',
    b'a = 1979-05-27t07:32:00.999-07:00', b'a = 07:32:00', b'a = 07:32', b'a = 1979-02-29',
    b'a = 2000-02-29', b'a = 1979-13-01', b'a = 1979-05-27T24:00:00', b'a = 1979-05-27 # day',
    b'a = 1979-05-27 1979-05-27', b'a = 2021-1-1', b'a = "x', b'a = "x\ny"', b'a = "\\u00e9\\U0001F600"',
    b'a = "\\ud800"', b'a = "\\U00110000"', b'a = "\\x41"', b'a = "\\e"', b'a = "a\\\nb"',
    b'a = """\nx\n"y" \\\n   z\\u0041"""', b'a = """x"""""', b'a = """x""""""', b"a = '''x'''''",
    b"a = '''\n\\x'''", b'a = """x\\ y"""', b'a = """\\\r\n  x"""', b'a = "\x00"', b'a = "\x7f"',
    b'a = "\t"', b'# \x01', b'# \xff', b'a = "\xc0\xaf"', b'a = "\xed\xa0\x80"', b'a\rb = 1',
    b'[a', b'[a]]', b'[[a]', b'[ a . "b" ]\nc = 1', b'[[ a ]]', b'[ [a]]', b'[]', b'[a.]', b'[.a]',
    b'[a] b = 1', b'a = {b = [\n1\n]}', b'[a]#c', b'\t\xc2\xa0', b'a=1\n\n\n',
]
# tomllib, and no rule of TOML, refuses these: Python's dates begin with year 1 and know no leap second.
PYTHON_ONLY = ('year', 'second must be')


def expected(data):
    return tomllib.loads(data.decode('utf-8'))


def converted(value):
    """A value of the dump as tomllib would give it."""
    if isinstance(value, list):
        return [converted(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value['kind'] == 'table':
        return {key: converted(each) for key, each in value['members']}
    found = tomllib.loads('x = ' + value['text'])['x']
    kinds = {'bool': 'boolean', 'int': 'integer', 'float': 'float'}
    assert kinds.get(type(found).__name__, 'date') == value['kind'], value
    return found


def same(left, right):
    """Equality with order, in which nan is nan."""
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and (left == right or left != left and right != right)


def check(dump, name, data):
    """What is wrong with the answer; None: nothing."""
    with tempfile.NamedTemporaryFile(suffix='.toml') as file:
        file.write(data)
        file.flush()
        run = subprocess.run([dump, file.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        wanted = expected(data)
    except (ValueError, RecursionError) as refusal:
        if run.returncode == 0 and not any(word in str(refusal) for word in PYTHON_ONLY):
            return f'{name}: is accepted; tomllib: {refusal}'
        return None
    if run.returncode:
        return f'{name}: is refused: {run.stderr.decode().strip()}'
    if not same(converted(json.loads(run.stdout)), wanted):
        return f'{name}: {run.stdout.decode()[:200]} is not {wanted}'
    return None


def documents(directories):
    for data in DOCUMENTS:
        yield repr(data), data
    for directory in directories:
        for root, _, names in os.walk(directory):
            for name in sorted(names):
                if name.endswith(('.toml', '.lock')):
                    path = os.path.join(root, name)
                    with open(path, 'rb') as file:
                        yield path, file.read()


def main(dump, *directories):
    wrong = []
    count = 0
    for name, data in documents(directories):
        count += 1
        problem = check(dump, name, data)
        if problem:
            wrong.append(problem)
    print('\n'.join(wrong))
    print(f'{count} documents, {len(wrong)} differ')
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
