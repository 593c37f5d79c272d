#!/usr/bin/env python3
"""Verifies a sallyport audit log, its proof files and its witnesses with nothing but Python's standard library.

    python3 verify_log.py log DIRECTORY --key KEY [--head FILE] [--trusted FILE]... [--witness-key KEY]... [--witnesses N]
                                        [--certificate FILE]...
    python3 verify_log.py proof FILE --key KEY [--witness-key KEY]... [--witnesses N]
    python3 verify_log.py pack FILE --key KEY

It shares no code with sallyport: it was written from docs/design/audit-log.md, RFC 6962, RFC 8032 and the C2SP
specifications tlog-tiles, tlog-checkpoint, signed-note, tlog-proof and tlog-cosignature. Exit code 0 whole, 1 fault, 2 usage.
"""
import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys
import time
import zlib
from functools import lru_cache

# Ed25519 (RFC 8032), verification only. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_double(a):
    x2, y2, z2 = a[0] * a[0] % P, a[1] * a[1] % P, 2 * a[2] * a[2] % P
    h = x2 + y2
    e = h - (a[0] + a[1]) * (a[0] + a[1])
    g = x2 - y2
    f = z2 + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(number, point):
    result = (0, 1, 1, 0)
    for bit in bin(number)[2:]:
        result = point_double(result)
        if bit == "1":
            result = point_add(result, point)
    return result


def point_decode(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def point_encode(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@lru_cache(maxsize=4096)
def ed25519_verify(public, message, signature):
    """Whether the signature is right: R equals [S]B - [k]A, compared as bytes."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = point_decode(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus = (P - key[0], key[1], 1, P - key[3])
    return point_encode(point_add(point_times(s, BASE), point_times(k, minus))) == signature[:32]


# Merkle tree (RFC 6962).
def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def largest_power_below(count):
    return 1 << (count - 1).bit_length() - 1


def tree_root(hashes):
    """Root over hashes of one height, by the peaks of complete subtrees."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    peaks = []
    for number, item in enumerate(hashes):
        while number & 1:
            item, number = node_hash(peaks.pop(), item), number >> 1
        peaks.append(item)
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def inclusion_holds(index, size, item, proof, root):
    if index >= size:
        return False
    node, last = index, size - 1
    for other in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            item = node_hash(other, item)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            item = node_hash(item, other)
        node, last = node >> 1, last >> 1
    return last == 0 and item == root


def consistency_holds(older, size, older_root, root, proof):
    if older > size:
        return False
    if older == size:
        return not proof and older_root == root
    if older == 0:
        return not proof and older_root == tree_root([])
    path = [older_root] + proof if older & (older - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = older - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for item in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(item, old), node_hash(item, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, item)
        node, last = node >> 1, last >> 1
    return last == 0 and old == older_root and new == root


# Signed notes, checkpoints, cosignatures.
LOG_KEY, WITNESS_KEY = 1, 4


class Fault(Exception):
    """What is wrong, in words."""


def strict_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def parse_key(text, kind):
    """(name, key id, public key) of `name+hex+base64`."""
    parts = text.strip().split("+", 2)
    data = strict_base64(parts[2]) if len(parts) == 3 else None
    if data is None or len(data) != 33 or data[0] != kind or not parts[0] or re.search(r"\s", parts[0]):
        raise Fault("not a key of this kind")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != parts[1]:
        raise Fault("the key's id does not fit")
    return (parts[0], key_id, data[1:])


def parse_note(data):
    """(text, [(name, key id, signature)]) of a signed note."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("malformed")
    if len(data) > 65536 or re.search(r"[\x00-\x09\x0b-\x1f\x7f]", whole) or not whole.endswith("\n"):
        raise Fault("malformed")
    text, separator, tail = whole.rpartition("\n\n")
    lines = tail[:-1].split("\n")
    if not separator or len(lines) > 64:
        raise Fault("malformed")
    signatures = []
    for line in lines:
        match = re.fullmatch("\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})", line)
        signature = strict_base64(match[2]) if match else None
        if signature is None or len(signature) < 5:
            raise Fault("malformed")
        signatures.append((match[1], signature[:4], signature[4:]))
    return text + "\n", signatures


def lines_of(signatures, key):
    return [line[2] for line in signatures if line[0] == key[0] and line[1] == key[1]]


def signed_by(note, key):
    lines = lines_of(note[1], key)
    return bool(lines) and all(ed25519_verify(key[2], note[0].encode(), item) for item in lines)


def cosigned_at(text, key, signature):
    if len(signature) != 72:
        return None
    time = int.from_bytes(signature[:8], "big")
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return time if time <= 253402300799 and ed25519_verify(key[2], message, signature[8:]) else None


def count_witnesses(note, witnesses):
    """Witnesses that cosigned; a line of a witness that does not hold is a fault."""
    count = 0
    for key in {witness[2]: witness for witness in witnesses}.values():
        lines = lines_of(note[1], key)
        if any(cosigned_at(note[0], key, item) is None for item in lines):
            raise Fault("a cosignature does not hold")
        count += bool(lines)
    return count


def parse_checkpoint(text):
    """(origin, size, root)."""
    lines = text.split("\n")
    root = strict_base64(lines[2]) if len(lines) == 4 and lines[3] == "" else None
    if root is None or len(root) != 32 or not lines[0] or not re.fullmatch(r"0|[1-9]\d{0,15}", lines[1]):
        raise Fault("malformed")
    return (lines[0], int(lines[1]), root)


class Keys:
    """The keys of a log over time, followed through its statements from one that is trusted."""

    def __init__(self, trusted, statements):
        self.pins, self.spans = [], {}
        notes = [parse_note(item) for item in statements]
        bodies = [note[0].split("\n") for note in notes]
        for body in bodies:
            if len(body) != 8 or body[0] != "sallyport/key-statement@v1" or body[7] != "":
                raise Fault("not a key statement")
        introduced = [parse_key(body[5], LOG_KEY) for body in bodies if body[2] == "introduce"]
        retired = [parse_key(body[5], LOG_KEY) for body in bodies if body[2] == "retire"]
        first = trusted
        if trusted in introduced:
            candidates = [key for key in retired if key not in introduced]
            if not candidates:
                raise Fault("the trusted key is none of the log's keys")
            first = candidates[0]
        active, before, size = [first], "-", 0
        self.origin, self.order = first[0], [first]
        self.spans[first] = [-1, None]
        for note, body, data in zip(notes, bodies, statements):
            key, root = parse_key(body[5], LOG_KEY), strict_base64(body[4])
            if body[1] != self.origin or key[0] != self.origin or body[6] != before:
                raise Fault("does not follow the statement before it")
            if not re.fullmatch(r"0|[1-9]\d{0,14}", body[3]) or int(body[3]) < size or root is None or len(root) != 32:
                raise Fault("malformed")
            size, before = int(body[3]), hashlib.sha256(data).hexdigest()
            if body[2] == "introduce" and key not in self.spans:
                signers = active + [key]
                self.spans[key], self.order = [size, None], self.order + [key]
                after = signers
            elif body[2] == "retire" and key in active and len(active) > 1:
                signers, after = active, [item for item in active if item != key]
                self.spans[key][1] = size
            else:
                raise Fault("speaks of a key that it cannot speak of")
            if len(signers) != len(note[1]) or not all(signed_by(note, item) for item in signers):
                raise Fault("its signatures do not hold")
            if [(line[0], line[1]) for line in note[1]] != [(item[0], item[1]) for item in signers]:
                raise Fault("its signatures are in another order")
            active = after
            self.pins.append((size, root, "key statement"))

    def allowed(self, size):
        """Keys that may sign at this size; at the very size of a statement, those before it and after it."""
        spans = self.spans
        return [key for key in self.order if spans[key][0] <= size and (spans[key][1] is None or size <= spans[key][1])]

    def judge(self, note, size, exact):
        """Raises unless the keys in force at this size have signed; `exact`: and nobody else, in order."""
        allowed = self.allowed(size)
        required = [key for key in allowed if size not in self.spans[key]]
        present = [key for key in allowed if lines_of(note[1], key)]
        if not present or any(key not in present for key in required):
            raise Fault("not signed by the log's key")
        if not all(signed_by(note, key) for key in present):
            raise Fault("its signature does not hold")
        if exact and [(line[0], line[1]) for line in note[1]] != [(key[0], key[1]) for key in present]:
            raise Fault("it carries a line of somebody else")

    def checkpoint(self, data, exact=False):
        note = parse_note(data)
        body = parse_checkpoint(note[0])
        self.judge(note, body[1], exact)
        if body[0] != self.origin:
            raise Fault("it is of another log")
        return note, body


# The log directory (C2SP tlog-tiles).
WIDTH = 256


def tile_path(level, index, width):
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    path = f"tile/{level}/" + "/".join(groups)
    return path if width == WIDTH else f"{path}.p/{width}"


def decode_bundle(data, most):
    entries, at = [], 0
    while at + 2 <= len(data) and len(entries) < most:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            break
        entries.append(data[at + 2 : end])
        at = end
    return entries, len(data) - at


BUNDLE = re.compile(r"tile/entries/(?:x\d{3}/)*\d{3}")
PACKED_HEAD = bytes.fromhex("1f8b08000000000000ff")
BUNDLE_BYTES_MAX = 256 * (2 + 65_535)


def unpack(packed):
    """The bundle in a gzip file with the one head that packing writes; empty where anything of it is not so."""
    if len(packed) < 18 or packed[:10] != PACKED_HEAD:
        return b""
    inflater = zlib.decompressobj(-15)
    try:
        data = inflater.decompress(packed[10:-8], BUNDLE_BYTES_MAX + 1)
    except zlib.error:
        return b""
    whole = inflater.eof and not inflater.unused_data and len(data) <= BUNDLE_BYTES_MAX
    tail = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return data if whole and packed[-8:] == tail else b""


class Directory:
    """Reads a log and collects faults, each with the index of an entry that it names, or None."""

    def __init__(self, root):
        self.root, self.found = root, []

    @property
    def faults(self):
        return [text for text, _ in self.found]

    def read(self, path):
        """Bytes of a file; a full bundle may lie there packed, and one that does not unpack is an empty one."""
        data = self.read_plain(path)
        if data is not None or not BUNDLE.fullmatch(path):
            return data
        packed = self.read_plain(path + ".gz")
        return None if packed is None else unpack(packed)

    def read_plain(self, path):
        try:
            with open(os.path.join(self.root, path), "rb") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def fault(self, text, index=None):
        self.found.append((text, index))

    def tile(self, level, index, width):
        """The file of this width, else the full one; with whether it was this width's own."""
        data = self.read(tile_path(level, index, width))
        return (data, True) if data is not None else (self.read(tile_path(level, index, WIDTH)), False)


# A writer needs less than this from signing a head to publishing it; and how often a log that grows is looked at.
PUBLICATION_S, LOOKS = 1.5, 4


def verify_log(root, trusted_key, witnesses=(), quorum=None, head=None, kept=(), certificates=()):
    """
    (faults, index of the first bad entry or None, size). `head` is the file of the key store's head. A log with a lock may have a writer:
    what is found counts when every look finds it, because files that come and go are no fault.
    """
    faults, size = look_at(root, trusted_key, witnesses, quorum, head, kept, certificates)
    for _ in range(LOOKS - 1):
        if not faults or not os.path.lexists(os.path.join(root, "lock")):
            break
        before = Directory(root).read("checkpoint")
        time.sleep(PUBLICATION_S)
        again, size = look_at(root, trusted_key, witnesses, quorum, head, kept, certificates)
        known = {lasting(text) for text, _ in faults}
        faults = [fault for fault in again if lasting(fault[0]) in known]
        if before == Directory(root).read("checkpoint"):
            break
    indices = [index for _, index in faults if index is not None]
    return [text for text, _ in faults], min(indices, default=None), size


def lasting(text):
    """What of a fault stays the same while a log grows."""
    return re.sub(r" has \d+ bytes.*|^(rolled back).*", r"\1", text)


def head_bytes(head):
    """The head as it is now: its file, or undefined where none was named."""
    if head is None:
        return None
    return read_file(head) if os.path.exists(head) else b""


def look_at(root, trusted_key, witnesses, quorum, head, kept, certificates):
    """(faults with their indices, size) of one look."""
    log = Directory(root)
    statements = []
    while (data := log.read(f"keys/{len(statements) + 1:03d}")) is not None:
        statements.append(data)
    while True:
        try:
            keys = Keys(trusted_key, statements)
            break
        except Fault as fault:
            log.fault(f"key statements: {fault}")
            statements = statements[:-1]
            if not statements:
                keys = Keys(trusted_key, [])
                break
    pins, size, tree = list(keys.pins), 0, None
    data = log.read("checkpoint")
    try:
        if data is None:
            raise Fault("it is missing")
        tree = parse_checkpoint(parse_note(data)[0])
        size = tree[1]
        keys.checkpoint(data, exact=True)
    except Fault as fault:
        log.fault(f"checkpoint: {fault}")
    check_witnessed(log, keys, witnesses, quorum, pins)
    pruned = check_pruned(log, keys, pins)
    for item in kept:
        try:
            pins.append(keys.checkpoint(item)[1][1:] + ("kept checkpoint",))
        except Fault as fault:
            log.fault(f"kept checkpoint: {fault}")
    told = []
    for data in certificates:
        try:
            told.append(read_certificate(data, keys))
            pins.append(told[-1][:2] + ("erasure certificate",))
        except Fault as fault:
            log.fault(f"erasure certificate: {fault}")
    if tree is not None:
        hashes = check_tree(log, tree, pruned)
        for pinned_size, pinned_root, what in pins:
            if pinned_size > size:
                log.fault(f"rolled back: {what} states {pinned_size} entries, the log has {size}")
            elif None in hashes[:pinned_size] or tree_root(hashes[:pinned_size]) != pinned_root:
                log.fault(f"the first {pinned_size} entries are not those of the {what}")
        for from_size, _, erasure, digest in told:
            if not is_told(log, from_size, size, erasure, digest):
                log.fault(f"the log does not tell the erasure {erasure!r} with this certificate")
        check_files(log, size, pruned, size + check_journal(log, size))
    if head is not None and tree is not None:
        check_head(log, keys, head, tree)
    return log.found, size


def read_certificate(data, keys):
    """(size, root, erasure's id, SHA-256) of a certificate that the log signed."""
    note = parse_note(data)
    lines = note[0].split("\n")
    if len(lines) != 4 or lines[0] != "sallyport/erasure-certificate@v1" or lines[1] != keys.origin or lines[3]:
        raise Fault("malformed")
    try:
        body = json.loads(lines[2])
    except (ValueError, RecursionError):
        raise Fault("malformed")
    if not isinstance(body, dict):
        raise Fault("malformed")
    size, erasure, root = body.get("size"), body.get("id"), body.get("root")
    root = strict_base64(root) if isinstance(root, str) else None
    if type(size) is not int or size < 0 or not isinstance(erasure, str) or root is None or len(root) != 32:
        raise Fault("malformed")
    keys.judge(note, size, True)
    return size, root, erasure, hashlib.sha256(data).hexdigest()


def is_told(log, from_size, size, erasure, digest):
    """Whether an entry from `from_size` on is the event of this erasure, with this certificate."""
    for index in range(from_size // WIDTH, -(-size // WIDTH)):
        data, _ = log.tile("entries", index, min(WIDTH, size - index * WIDTH))
        for entry in decode_bundle(data or b"", WIDTH)[0]:
            # The leaf: version 1, id of 16 bytes, length of the metadata in 4, the metadata.
            end = 21 + int.from_bytes(entry[17:21], "big")
            if entry[:1] != b"\1" or end > len(entry) or b'"erasure"' not in entry[21:end]:
                continue
            try:
                metadata = json.loads(entry[21:end])
            except (ValueError, RecursionError):
                continue
            if not isinstance(metadata, dict) or metadata.get("kind") != "erasure":
                continue
            if metadata.get("erasure") == erasure:
                return metadata.get("certificate") == digest
    return False


def check_witnessed(log, keys, witnesses, quorum, pins):
    demanded = quorum if quorum is not None else int(bool(witnesses))
    data = log.read("witnessed")
    if data is None:
        if demanded:
            log.fault("no cosigned checkpoint is stored")
        return
    try:
        note, body = keys.checkpoint(data)
        cosigners = sorted({(key[0], key[1]) for key in witnesses})
        known = [(key[0], key[1]) for key in keys.allowed(body[1])] + cosigners
        lines = [(line[0], line[1]) for line in note[1]]
        pins.append((body[1], body[2], "cosigned checkpoint"))
        if count_witnesses(note, witnesses) < demanded:
            raise Fault("too few witnesses cosigned it")
        if witnesses and lines != [line for line in known if line in lines]:
            raise Fault("it carries a line of somebody else, or in another order")
    except Fault as fault:
        log.fault(f"cosigned checkpoint: {fault}")


def check_pruned(log, keys, pins):
    data = log.read("pruned")
    if data is None:
        return 0
    try:
        note = parse_note(data)
        lines = note[0].split("\n")
        root = strict_base64(lines[3]) if len(lines) == 7 and lines[6] == "" else None
        numbers = [lines[2], lines[4], lines[5]] if root is not None else []
        if lines[0] != "sallyport/pruned@v1" or not numbers or lines[1] != keys.origin or len(root) != 32:
            raise Fault("malformed")
        if not all(re.fullmatch(r"0|[1-9]\d{0,14}", item) for item in numbers):
            raise Fault("malformed")
        before, size = int(lines[2]), int(lines[4])
        if before % WIDTH or before > size:
            raise Fault("malformed")
        keys.judge(note, size, True)
    except Fault as fault:
        log.fault(f"record of removed entries: {fault}")
        return 0
    pins.append((before, root, "record of removed entries"))
    return before


def check_tree(log, tree, pruned):
    """Compares entries with every tile; returns the leaf hashes, None where an entry is gone."""
    size, made = tree[1], []
    for index in range(-(-size // WIDTH)):
        first, width = index * WIDTH, min(WIDTH, size - index * WIDTH)
        data, own = log.tile("entries", index, width)
        entries, rest = decode_bundle(data, width) if data is not None else ([], 0)
        if first < pruned and not entries:
            hashes = log.read(tile_path(0, index, WIDTH)) or b""
            made += [hashes[at : at + 32] if at + 32 <= len(hashes) else None for at in range(0, 32 * WIDTH, 32)]
            continue
        made += [leaf_hash(entry) for entry in entries] + [None] * (width - len(entries))
        if len(entries) < width:
            log.fault(f"entries {first + len(entries)} to {first + width - 1} are missing", first + len(entries))
            if not entries and index > 0 and log.faults[0].startswith("checkpoint"):
                break
        elif own and rest:
            log.fault(f"bytes after entry {first + width - 1}", first + width)
    leaves, stored_below, level, span = made, None, 0, 1
    while made:
        stored = check_level(log, level, span, made, stored_below)
        full = len(made) // WIDTH
        made, stored_below = join(made, full), join(stored, full)
        level, span = level + 1, span * WIDTH
    if None not in leaves and len(leaves) == size and tree_root(leaves) != tree[2]:
        log.fault("the entries do not make the signed root")
    return leaves


def join(hashes, full):
    parts = [hashes[at * WIDTH : (at + 1) * WIDTH] for at in range(full)]
    return [None if None in part else tree_root(part) for part in parts]


def check_level(log, level, span, made, below):
    """Stored hashes of a level. One that fits neither the entries nor the stored tile below it is a fault."""
    stored = []
    for index in range(-(-len(made) // WIDTH)):
        width = min(WIDTH, len(made) - index * WIDTH)
        data, own = log.tile(level, index, width)
        path = tile_path(level, index, width)
        if data is None:
            log.fault(f"{path} is missing")
        elif own and len(data) != 32 * width:
            log.fault(f"{path} has another length", (index * WIDTH + len(data) // 32) * span)
        for place in range(width):
            number = index * WIDTH + place
            here = data[32 * place : 32 * place + 32] if data is not None and len(data) >= 32 * place + 32 else None
            stored.append(here)
            want, under = made[number], below[number] if below else None
            if here is None or here == want:
                continue
            if level == 0 and want is not None or level > 0 and here != under and (want or under) is not None:
                log.fault(f"{path} and entry {number * span} disagree", number * span)
    return stored


def check_files(log, size, pruned, reached):
    """Partial files of earlier sizes, and files that are none of a log."""
    known = {"checkpoint", "pruned", "witnessed", "lock"}
    folders = {"journal": r"\d{16}\.journal(\.damaged-\d+)?", "keys": r"\d{3}"}
    for folder, _, names in os.walk(log.root):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), log.root).replace(os.sep, "/")
            top = path.split("/")[0]
            if name.startswith(".tmp-") or path in known or path.startswith("lock.stale-"):
                continue
            if path.endswith(".gz") and BUNDLE.fullmatch(path[:-3]):
                path = path[:-3]
            if top == "tile":
                check_tile_file(log, path, size, pruned, reached)
            elif top not in folders or not re.fullmatch(folders[top], path[len(top) + 1 :]):
                log.fault(f"{path} does not belong to the log")


def check_tile_file(log, path, size, pruned, reached):
    match = re.fullmatch(r"tile/(entries|\d{1,2})/((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?", path)
    level = match and (match[1] if match[1] == "entries" else int(match[1]))
    index = match and int(re.sub(r"[x/]", "", match[2]))
    width = match and (int(match[3]) if match[3] else WIDTH)
    if not match or not 1 <= width <= WIDTH or (level != "entries" and level > 63) or tile_path(level, index, width) != path:
        log.fault(f"{path} does not belong to the log")
        return
    span = 1 if level == "entries" else WIDTH**level
    now = max(0, min(WIDTH, size // span - index * WIDTH))
    if width > max(0, min(WIDTH, reached // span - index * WIDTH)):
        log.fault(f"{path} does not belong to the log")
    if width >= now:
        return
    newer, _ = log.tile(level, index, now)
    if newer is None:
        if level == "entries" and index * WIDTH < pruned:
            log.fault(f"{path} does not belong to the log")
        return
    part = log.read(path)
    if part is None:
        return  # A writer removes partial files as soon as the full one is published.
    if level == "entries":
        have, want = decode_bundle(part, width)[0], decode_bundle(newer, width)[0]
        whole = b"".join(len(item).to_bytes(2, "big") + item for item in want)
    else:
        have = [part[at : at + 32] for at in range(0, 32 * width, 32)]
        want = [newer[at : at + 32] for at in range(0, 32 * width, 32)]
        whole = newer[: 32 * width]
    if part != whole:
        pairs = enumerate(have)
        place = next((at for at, item in pairs if at >= len(want) or item != want[at]), len(have))
        log.fault(f"{path}, an earlier state, was altered", (index * WIDTH + place) * span)


def check_journal(log, size):
    """Entries that wait for a checkpoint; bytes that make no entry are a fault."""
    folder, waiting = os.path.join(log.root, "journal"), 0
    names = os.listdir(folder) if os.path.isdir(folder) else []
    segments = sorted(name for name in names if re.fullmatch(r"\d{16}\.journal", name))
    for name in segments:
        data, at, frames = log.read(f"journal/{name}") or b"", 0, 0
        while at + 12 <= len(data):
            end = at + 12 + int.from_bytes(data[at : at + 4], "big")
            entry = data[at + 12 : end]
            if not 0 < end - at - 12 <= 65535 or end > len(data) or leaf_hash(entry)[:8] != data[at + 4 : at + 12]:
                break
            at, frames = end, frames + 1
        waiting += max(0, frames - max(0, size - int(name[:16])))
        if at < len(data) and not (name == segments[-1] and is_unfinished(log, data[at:])):
            log.fault(f"journal/{name} has {len(data) - at} bytes that make no entry")
    return waiting


def is_unfinished(log, rest):
    """The beginning of a frame, which a writer leaves that was killed: it leaves its lock, too."""
    length = int.from_bytes(rest[:4], "big")
    return os.path.lexists(os.path.join(log.root, "lock")) and (len(rest) < 12 or 0 < length <= 65535 and 12 + length > len(rest))


def check_head(log, keys, head, tree):
    """The head against the log as it is published now, and what waits behind that."""
    data = head_bytes(head)
    try:
        if not data:
            raise Fault("it is missing")
        _, body = keys.checkpoint(data, exact=True)
    except Fault as fault:
        log.fault(f"the key store's head: {fault}")
        return
    if body[1] < tree[1]:
        log.fault("the key store's head is older than the log")
        return
    for _ in range(8):
        published = log.read("checkpoint")
        try:
            size, root = keys.checkpoint(published or b"")[1][1:]
        except Fault:
            size, root = tree[1:]
        waiting = check_journal(Directory(log.root), size)
        # What was published between two readings is in the journal no longer.
        if published == log.read("checkpoint"):
            break
    if body[1] == size and body[2] != root:
        log.fault("the key store's head is of another tree")
    elif size + waiting < body[1]:
        log.fault(f"rolled back: {body[1]} entries were signed, the log has {size}")


# Proof files.
def hashes_of(lines):
    hashes = [strict_base64(line) for line in lines]
    if len(hashes) > 63 or any(item is None or len(item) != 32 for item in hashes):
        raise Fault("malformed proof")
    return hashes


def judged(text, keys, witnesses, demanded):
    note, body = keys.checkpoint(text.encode())
    own = [line for line in note[1] if line[0] == body[0]]
    others = [(line[0], line[1]) for line in note[1][len(own) :]]
    if note[1][: len(own)] != own or others != sorted(set(others)):
        raise Fault("its signatures are in another order")
    if count_witnesses(note, witnesses) < demanded:
        raise Fault("too few witnesses cosigned it")
    return body


def verify_proof(data, trusted_key, witnesses=(), quorum=None):
    """What a proof file shows, in words; raises a Fault when it shows nothing."""
    return read_proof(data, Keys(trusted_key, []), witnesses, quorum)[0]


def read_proof(data, keys, witnesses=(), quorum=None):
    """What a proof file shows, in words; the index of the entry that it carries, and the entry."""
    demanded = quorum if quorum is not None else int(bool(witnesses))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("malformed proof")
    if text.startswith("sallyport/consistency-proof@v1\n"):
        parts = text.split("\n\n")
        if len(parts) != 5:
            raise Fault("malformed proof")
        older = judged(f"{parts[1]}\n\n{parts[2]}\n", keys, witnesses, 0)
        newer = judged(f"{parts[3]}\n\n{parts[4]}", keys, witnesses, demanded)
        if not consistency_holds(older[1], newer[1], older[2], newer[2], hashes_of(parts[0].split("\n")[1:])):
            raise Fault("the older tree is not the beginning of the newer one")
        return f"the first {older[1]} of {newer[1]} entries are the same", None, None
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Fault("not a proof file")
    extra = strict_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    match = re.fullmatch(r"index (0|[1-9]\d{0,15})", lines.pop(0) if lines else "")
    if extra is None or len(extra) < 5 or extra[0] != 1:
        raise Fault("the file does not carry the entry")
    end = 5 + int.from_bytes(extra[1:5], "big")
    sections = [extra[at] for at in range(end, len(extra), 33)]
    if end > len(extra) or (len(extra) - end) % 33 or sections != sorted(set(sections)):
        raise Fault("malformed entry")
    body = judged(checkpoint, keys, witnesses, demanded)
    if not match or not inclusion_holds(int(match[1]), body[1], leaf_hash(extra[5:end]), hashes_of(lines), body[2]):
        raise Fault("entry is not included")
    return f"entry {match[1]} of {body[1]} is in the log", int(match[1]), extra[5:end]


# Evidence packs: a tar file of plain files, their digests in a manifest, the manifest's digest in a signed note.
BLOCK, MANIFEST, SIGNATURE = 512, "manifest.json", "manifest.note"


def tar_header(name, size):
    """The one header that a file of a pack has (ustar): for its owner alone, without times."""
    fields = [(0, name), (100, "0000600\0" + 2 * "0000000\0" + f"{size:011o}\0" + "00000000000\0" + 8 * " " + "0")]
    block = bytearray(BLOCK)
    for at, text in fields + [(257, "ustar\x0000")]:
        block[at : at + len(text)] = text.encode("ascii")
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def pack_files(data):
    """(name, bytes) of each file; raises for anything but plain files packed in the one way, and two blocks of zeros."""
    files, at = [], 0
    while data[at : at + BLOCK] != bytes(BLOCK):
        header = data[at : at + BLOCK]
        name, digits = header[:100].rstrip(b"\0"), header[124:135]
        if len(header) < BLOCK or not re.fullmatch(rb"[A-Za-z0-9._/-]{1,100}", name) or not re.fullmatch(rb"[0-7]{11}", digits):
            raise Fault("the archive is damaged")
        size = int(digits, 8)
        end = at + BLOCK + size
        at = end + -size % BLOCK
        if header != tar_header(name.decode(), size) or at > len(data) or any(data[end:at]):
            raise Fault(f"{name.decode()}: its header or padding was changed")
        files.append((name.decode(), data[end - size : end]))
    if data[at:] != bytes(2 * BLOCK):
        raise Fault("there is something behind the archive's end")
    return files


def derive_status(file, control, held):
    """What the facts in the pack say of a control: a signature shows who made a pack, and not that it says what was found."""
    gaps, status = control["gaps"], control["status"]
    listed = {(gap["kind"], gap["reason"], gap["count"]) for gap in gaps}
    for collector in control["collectors"]:
        facts = json.loads(held.get(collector["file"], b"null"))
        if facts is None:
            raise Fault(f"the facts of {collector['id']} are not in the pack")
        for gap in facts["gaps"]:
            if (gap["kind"], gap["reason"], gap["count"]) not in listed:
                raise Fault(f"{file} leaves out a gap that {collector['id']} found: {gap['kind']}")
    expected = (
        ("posture", sum(check["outcome"] == "fail" for check in control["checks"])),
        ("detection-missing", sum(not one["isInForce"] for one in control["detections"])),
        ("attestation-", sum(one["state"] != "in force" for one in control["attestations"])),
    )
    for kind, count in expected:
        if sum(gap["kind"].startswith(kind) for gap in gaps) < count:
            raise Fault(f"{file} leaves out a gap of the kind {kind}")
    if bool(gaps) != (status == "gap"):
        raise Fault(f"{file} has {len(gaps)} gaps and is called {status}")
    looked_at = any(one["count"] for one in control["evidence"]) or any(
        check["outcome"] == "pass" for check in control["checks"]
    )
    if status == "supported" and not looked_at:
        raise Fault(f"{file} is called supported, and nothing in it supports it")
    if status == "attested" and (looked_at or not control["attestations"]):
        raise Fault(f"{file} is called attested, and does not rest on attestations")


def verify_pack(data, trusted_key):
    """What a pack is, in words; raises a Fault for one that the log did not sign or that was changed."""
    try:
        return look_into(pack_files(data), trusted_key)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise Fault("something in it is of another form")


def look_into(files, trusted_key):
    held = dict(files)
    manifest = json.loads(held[MANIFEST])
    head = manifest["log"]
    listed = [(item["name"], item["bytes"], item["sha256"]) for item in manifest["files"]]
    controls = [(item["file"], item["status"], item["gaps"]) for item in manifest["controls"]]
    found = [(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in files[2:]]
    if [name for name, _ in files[:2]] != [MANIFEST, SIGNATURE] or found != listed or len(held) != len(files):
        names = [item[0] for item in found if item not in listed] + [item[0] for item in listed if item not in found]
        raise Fault(f"other files than its manifest lists: {', '.join(names[:5]) or 'their order'}")
    parts = re.split(rb"^(?=sallyport/key-statement@v1$)", held.get("log/keys", b""), flags=re.M)
    keys = Keys(trusted_key, [part for part in parts if part])
    note, digest = parse_note(held[SIGNATURE]), hashlib.sha256(held[MANIFEST]).hexdigest()
    if note[0] != f"sallyport/evidence-pack@v1\n{keys.origin}\n{head['size']}\n{digest}\n" or type(head["size"]) is not int:
        raise Fault("it is signed for another manifest, or by another log")
    keys.judge(note, head["size"], True)
    _, body = keys.checkpoint(held.get("log/checkpoint", b""))
    if body != (head["origin"], head["size"], strict_base64(head["root"])):
        raise Fault("its manifest names another head of the log")
    times = {}
    for name, content in files:
        if name.startswith("proofs/"):
            _, index, entry = read_proof(content, keys)
            if name != f"proofs/{index:09d}.tlog-proof" or not content.endswith(b"\n\n" + held["log/checkpoint"]):
                raise Fault(f"{name} is the proof of another entry, or under another head")
            times[index] = int.from_bytes(entry[1:7], "big")
    if len(times) != manifest["proofs"]["held"]:
        raise Fault("it has another number of proofs than its manifest names")
    for file, status, gaps in controls:
        control = json.loads(held.get(file, b"{}"))
        if (control.get("status"), control.get("gaps")) != (status, gaps):
            raise Fault(f"{file} says otherwise than the manifest")
        derive_status(file, control, held)
        for sample in (item for evidence in control["evidence"] for item in evidence["sample"]):
            if times.get(sample["entry"], sample["timeMs"] if manifest["proofs"]["omitted"] else None) != sample["timeMs"]:
                raise Fault(f"{file} names entry {sample['entry']} with another time, or without a proof")
    return f"{len(files)} files, {len(times)} proofs, {len(controls)} controls: signed by the log, nothing was changed"


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def key_argument(text, kind):
    return parse_key(read_file(text).decode() if os.path.exists(text) else text, kind)


def answer_lines(trusted, witnesses, quorum):
    """For programs: one JSON request a line, {"proof": FILE}, {"pack": FILE} or {"log": DIRECTORY} with "head", "kept", "certificates"."""
    for line in sys.stdin:
        request = json.loads(line)
        if "proof" in request or "pack" in request:
            try:
                pack = request.get("pack")
                text = verify_pack(read_file(pack), trusted) if pack else verify_proof(read_file(request["proof"]), trusted, witnesses, quorum)
                said = {"good": True, "text": text}
            except Fault as fault:
                said = {"good": False, "text": str(fault)}
        else:
            head = request.get("head")
            kept = [read_file(path) for path in request.get("kept", [])]
            certificates = [read_file(path) for path in request.get("certificates", [])]
            faults, first, _ = verify_log(request["log"], trusted, witnesses, quorum, head, kept, certificates)
            said = {"good": not faults, "first": first, "faults": faults[:20]}
        print(json.dumps(said), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Verifies a sallyport audit log, a proof file or an evidence pack.")
    parser.add_argument("what", choices=["log", "proof", "pack", "lines"])
    parser.add_argument("path", nargs="?")
    parser.add_argument("--key", required=True, help="the log's verifier key, or a file with it")
    parser.add_argument("--witness-key", action="append", default=[], help="key of a witness")
    parser.add_argument("--witnesses", type=int, help="how many must have cosigned")
    parser.add_argument("--head", help="the key store's log-head")
    parser.add_argument("--trusted", action="append", default=[], help="a checkpoint that was kept")
    parser.add_argument("--certificate", action="append", default=[], help="certificate of an erasure in this log")
    args = parser.parse_args()
    try:
        trusted = key_argument(args.key, LOG_KEY)
        witnesses = [key_argument(text, WITNESS_KEY) for text in args.witness_key]
    except (Fault, OSError, UnicodeDecodeError) as problem:
        parser.error(f"a key cannot be used: {problem}")
    if args.what == "lines":
        answer_lines(trusted, witnesses, args.witnesses)
        return 0
    if args.path is None:
        parser.error("name a directory or a file")
    if args.what in ("proof", "pack"):
        try:
            data = read_file(args.path)
            print(verify_pack(data, trusted) if args.what == "pack" else verify_proof(data, trusted, witnesses, args.witnesses))
            return 0
        except Fault as fault:
            print(f"fault: {fault}")
            return 1
    kept = [read_file(path) for path in args.trusted]
    certificates = [read_file(path) for path in args.certificate]
    head = args.head or None
    faults, first, size = verify_log(args.path, trusted, witnesses, args.witnesses, head, kept, certificates)
    for fault in faults:
        print(f"fault: {fault}")
    print(f"OK: log intact, {size} entries" if not faults else f"first bad entry: {'none named' if first is None else first}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
