// Reading a registry file of Windows as its format is published, with what is wrong in it; and an empty hive that a real reader merges it into.
export type RegistryKey = {
  readonly path: string;
  readonly values: Readonly<Record<string, RegistryValue>>;
};
export type RegistryValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "bytes"; readonly type: number; readonly bytes: Buffer }
  | { readonly kind: "removed" };
export type RegistryFile = {
  readonly keys: readonly RegistryKey[];
  /** What is wrong, each with its line. */
  readonly faults: readonly string[];
};

const HEAD = "Windows Registry Editor Version 5.00";
const HIVES = /^HKEY_(?:LOCAL_MACHINE|CURRENT_USER|USERS|CLASSES_ROOT|CURRENT_CONFIG)(?:\\|$)/;
/** Characters of a key's name and of a value's, and bytes of a value that the registry is made for. */
const [KEY_CHARS_MAX, NAME_CHARS_MAX, VALUE_BYTES_MAX] = [255, 16_383, 1_048_576];

/** Reads it. Without the mark of UTF-16 a file is in the machine's own code page, of which ASCII alone is the same everywhere. */
export function readRegistryFile(bytes: Buffer): RegistryFile {
  const faults: string[] = [];
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (isWide && bytes.length % 2 !== 0) faults.push("1: half of a character at the end");
  const text = isWide
    ? bytes.subarray(2, bytes.length - (bytes.length % 2)).toString("utf16le")
    : bytes.toString("latin1");
  if (!isWide && /[^\x00-\x7f]/.test(text)) faults.push("1: not ASCII, and no mark of UTF-16");
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) faults.push("1: a control character");
  const lines = text.split("\r\n");
  if (lines.some((line) => /[\r\n]/.test(line))) faults.push("1: a line that does not end in CRLF");
  if (lines.at(-1) !== "") faults.push(`${lines.length}: the last line does not end`);
  if (lines[0] !== HEAD) faults.push("1: not the head of version 5");
  if (lines[1] !== "") faults.push("2: no empty line behind the head");
  const keys: { path: string; values: Record<string, RegistryValue> }[] = [];
  for (let at = 2; at < lines.length; at++) {
    const number = at + 1;
    let line = lines[at] ?? "";
    while (/=hex(?:\([0-9a-f]+\))?:[^"]*\\$/i.test(line) && at + 1 < lines.length)
      line = line.slice(0, -1) + (lines[++at] ?? "").trimStart();
    const fault = (what: string): void => void faults.push(`${number}: ${what}`);
    if (line === "" || line.startsWith(";")) continue;
    const path = /^\[-?([^\]]*)\]$/.exec(line)?.[1];
    if (path !== undefined) {
      if (!HIVES.test(path)) fault("no hive of the registry");
      const parts = path.split("\\");
      if (parts.some((part) => part === "" || part.length > KEY_CHARS_MAX))
        fault("no name of a key");
      keys.push({ path, values: {} });
      continue;
    }
    const [, quoted, value = ""] = /^(@|"(?:[^"\\]|\\[\\"])*")=(.*)$/.exec(line) ?? [];
    const own = keys.at(-1);
    if (quoted === undefined) fault("neither a key nor a value");
    else if (own === undefined) fault("a value of no key");
    else {
      const name = quoted === "@" ? "" : unescaped(quoted);
      if (name.length > NAME_CHARS_MAX) fault("too long a name of a value");
      if (Object.hasOwn(own.values, name)) fault("a value that is set twice");
      const read = valueOf(value);
      if (typeof read === "string") fault(read);
      else own.values[name] = read;
    }
  }
  if (keys.length === 0) faults.push("1: no key");
  return { keys, faults };
}

const unescaped = (quoted: string): string => quoted.slice(1, -1).replace(/\\([\\"])/g, "$1");

/** The value, or what is wrong with it. */
function valueOf(text: string): RegistryValue | string {
  if (text === "-") return { kind: "removed" };
  if (text.startsWith('"')) {
    if (!/^"(?:[^"\\]|\\[\\"])*"$/.test(text)) return "a text with a quote or backslash of its own";
    const value = unescaped(text);
    // It is kept as UTF-16 with an end.
    if ((value.length + 1) * 2 > VALUE_BYTES_MAX) return "too long a value";
    return { kind: "text", text: value };
  }
  const number = /^dword:([0-9a-f]{8})$/i.exec(text)?.[1];
  if (number !== undefined) return { kind: "number", number: Number.parseInt(number, 16) };
  const [, type = "3", list] =
    /^hex(?:\(([0-9a-f]{1,8})\))?:((?:[0-9a-f]{2}(?:,[0-9a-f]{2})*)?)$/i.exec(text) ?? [];
  if (list === undefined) return "no type of a value";
  const bytes = Buffer.from(list.replaceAll(",", ""), "hex");
  return { kind: "bytes", type: Number.parseInt(type, 16), bytes };
}

const PAGE = 0x1000;
const NONE = 0xffff_ffff;

/** A hive with a root and nothing in it, as Windows NT writes one (a page of head, a page with the root and its security). */
export function emptyHive(): Buffer {
  const [root, security] = [0x20, 0x20 + 0x58];
  const hive = Buffer.alloc(2 * PAGE);
  const head = hive.subarray(0, PAGE);
  head.write("regf", "latin1");
  for (const [place, value] of [
    ...[[4, 1] as const, [8, 1] as const],
    // Version 1.3, a primary file, loaded into memory; the root, and how much follows.
    ...[[0x14, 1] as const, [0x18, 3] as const, [0x20, 1] as const],
    ...[[0x24, root] as const, [0x28, PAGE] as const, [0x2c, 1] as const],
  ])
    head.writeUInt32LE(value, place);
  let check = 0;
  for (let place = 0; place < 0x1fc; place += 4) check ^= head.readUInt32LE(place);
  head.writeUInt32LE(check >>> 0, 0x1fc);
  const bin = hive.subarray(PAGE);
  bin.write("hbin", "latin1");
  bin.writeUInt32LE(PAGE, 8);
  // A cell begins with its size, below zero while it is used.
  const cell = (place: number, bytes: number, kind: string): Buffer => {
    bin.writeInt32LE(-bytes, place);
    bin.write(kind, place + 4, "latin1");
    return bin.subarray(place + 4);
  };
  const key = cell(root, security - root, "nk");
  // The root, which nobody removes, its name in Latin-1; no subkeys, values or class.
  key.writeUInt16LE(0x2c, 2);
  key.writeUInt32LE(root, 0x10);
  for (const place of [0x1c, 0x20, 0x28, 0x30]) key.writeUInt32LE(NONE, place);
  key.writeUInt32LE(security, 0x2c);
  key.writeUInt16LE("root".length, 0x48);
  key.write("root", 0x4c, "latin1");
  const DESCRIPTOR = 20;
  const rights = cell(security, 0x30, "sk");
  for (const place of [4, 8]) rights.writeUInt32LE(security, place);
  rights.writeUInt32LE(1, 12);
  rights.writeUInt32LE(DESCRIPTOR, 16);
  rights.writeUInt16LE(1, 20);
  rights.writeUInt16LE(0x8000, 22);
  bin.writeInt32LE(PAGE - security - 0x30, security + 0x30);
  return hive;
}
