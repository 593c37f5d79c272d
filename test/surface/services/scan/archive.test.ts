// Archives that a scan opens: what real programs pack is found inside, and what is hostile, damaged or locked is named and harms nobody.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCollector } from "#assure/scan/collector.ts";
import type { ScanReport } from "#assure/scan/scan-finding.ts";
import { lookAt } from "#surface/services/scan/content-look.ts";

const ID = "AKIAFAKE0NOT1A2REAL3";
const TEXT = `first line\nid ${ID}\n`;

function scan(bytes: Buffer, file: string, piece = 700): ScanReport {
  const collector = createCollector({
    scope: "a test",
    today: "2026-01-01",
    honoursAnnotations: true,
    leastTier: "medium",
    digest: () => "",
    families: ["secret"],
  });
  const look = lookAt(collector, { file, path: file });
  for (let at = 0; at < bytes.length; at += piece) look.push(bytes.subarray(at, at + piece));
  look.end();
  return collector.report();
}
const places = ({ findings }: ScanReport) => findings.map(({ file, line }) => `${file}:${line}`);
const unseen = ({ notLookedAt }: ScanReport) =>
  notLookedAt.map(({ what, why }) => `${what}: ${why}`);

type Packed = {
  readonly name: string;
  readonly content?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** Where its directory says it begins, in place of where it does. */
  readonly at?: number;
  readonly isUnlisted?: boolean;
};

/** A zip file, as told and not as it should be. */
function zip(entries: readonly Packed[], before = Buffer.alloc(0)): Buffer {
  const parts: Buffer[] = [before];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const {
    name,
    content = Buffer.from(TEXT),
    method = 8,
    flags = 0,
    at,
    isUnlisted,
  } of entries) {
    const packed = method === 8 ? deflateRawSync(content) : content;
    const label = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(label.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(content.length, 24);
    central.writeUInt16LE(label.length, 28);
    central.writeUInt32LE(at ?? offset, 42);
    parts.push(local, label, packed);
    offset += 30 + label.length + packed.length;
    if (isUnlisted !== true) directory.push(central, label);
  }
  const end = Buffer.alloc(22);
  const listed = Buffer.concat(directory);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.filter(({ isUnlisted }) => isUnlisted !== true).length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}

/** A zip file of one entry in the large form: sizes and place of the entry, and of the directory, in eight bytes. */
function large(bytes: Buffer, at = 0n): Buffer {
  const end = bytes.length - 22;
  const start = bytes.readUInt32LE(end + 16);
  const central = Buffer.from(bytes.subarray(start, end));
  const wide = (value: bigint | number): Buffer => {
    const eight = Buffer.alloc(8);
    eight.writeBigUInt64LE(BigInt(value));
    return eight;
  };
  const sizes = [central.readUInt32LE(24), central.readUInt32LE(20)];
  for (const field of [20, 24, 42]) central.writeUInt32LE(0xffffffff, field);
  const extra = Buffer.concat([
    Buffer.from([9, 9, 1, 0, 7, 1, 0, 24, 0]),
    ...sizes.map(wide),
    wide(at),
  ]);
  central.writeUInt16LE(extra.length, 30);
  const directory = Buffer.concat([central, extra]);
  const last = Buffer.alloc(56);
  last.writeUInt32LE(0x06064b50, 0);
  for (const [value, place] of [
    [44, 4],
    [1, 24],
    [1, 32],
    [directory.length, 40],
    [start, 48],
  ] as const)
    wide(value).copy(last, place);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  wide(start + directory.length).copy(locator, 8);
  const small = Buffer.from(bytes.subarray(end));
  small.writeUInt16LE(0xffff, 10);
  for (const field of [12, 16]) small.writeUInt32LE(0xffffffff, field);
  return Buffer.concat([bytes.subarray(0, start), directory, last, locator, small]);
}

let folder = "";
let tarball = Buffer.alloc(0);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-archive-"));
  const long = join("package", ...Array.from({ length: 12 }, () => "a-rather-long-directory"));
  execFileSync("mkdir", ["-p", join(folder, long)]);
  writeFileSync(join(folder, "package/config.js"), TEXT);
  writeFileSync(join(folder, long, "deep.env"), `A=1\nKEY=${ID}\n`);
  execFileSync("tar", ["-cf", "a.tar", "package"], { cwd: folder });
  execFileSync("tar", ["--format=pax", "-cf", "pax.tar", "package"], { cwd: folder });
  execFileSync("tar", ["-czf", "a.tgz", "package"], { cwd: folder });
  tarball = readFileSync(join(folder, "a.tar"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string): Buffer => readFileSync(join(folder, name));

describe("what is found in", () => {
  it.each(["a.tar", "pax.tar", "a.tgz"])("%s of a real tar, with long names and lines", (name) => {
    const report = scan(file(name), name);
    expect(unseen(report)).toEqual([]);
    expect(places(report).sort()).toEqual([
      expect.stringMatching(/!package\/(?:a-rather-long-directory\/){12}deep\.env:2$/),
      `${name}!package/config.js:2`,
    ]);
  });
  it("a gzip file, which is one text", () => {
    expect(places(scan(gzipSync(TEXT), "logs/app.log.gz"))).toEqual(["logs/app.log.gz!app.log:2"]);
  });
  it("a zip file, stored and deflated, by what it is and not by its name", () => {
    const bytes = zip([
      { name: "a/b.txt" },
      { name: "c.txt", method: 0 },
      { name: "d/", method: 0, content: Buffer.alloc(0) },
    ]);
    const report = scan(bytes, "x.dat");
    expect(places(report)).toEqual(["x.dat!a/b.txt:2", "x.dat!c.txt:2"]);
    expect(unseen(report)).toEqual([]);
  });
  it("a zip file behind what unpacks it", () => {
    // WHY the first four bytes: by them a scan knows a file, and a program that unpacks itself is a program.
    const bytes = zip([{ name: "a.txt" }], Buffer.from("PK\x03\x04 some bytes before"));
    expect(places(scan(bytes, "x.zip"))).toEqual(["x.zip!a.txt:2"]);
  });
  it("a zip file of another program", (ctx) => {
    writeFileSync(join(folder, "one.txt"), TEXT);
    const made = spawnSync("python3", ["-m", "zipfile", "-c", "real.zip", "one.txt", "package"], {
      cwd: folder,
    });
    if (made.status !== 0) ctx.skip("python3 is not there to make a zip file");
    const report = scan(file("real.zip"), "real.zip");
    expect(places(report)).toContain("real.zip!one.txt:2");
    expect(places(report)).toHaveLength(3);
    expect(unseen(report)).toEqual([]);
  });
  it("a zip file of the large form (zip64), as a program writes it that does not know how much will come", (ctx) => {
    const code = [
      "import zipfile",
      "with zipfile.ZipFile('large.zip', 'w', zipfile.ZIP_DEFLATED) as out:",
      "  with out.open('big/one.txt', 'w', force_zip64=True) as entry: entry.write(open('one.txt', 'rb').read())",
    ].join("\n");
    writeFileSync(join(folder, "one.txt"), TEXT);
    if (spawnSync("python3", ["-c", code], { cwd: folder }).status !== 0)
      ctx.skip("python3 is not there to make a zip file");
    expect(places(scan(file("large.zip"), "large.zip"))).toEqual(["large.zip!big/one.txt:2"]);
  });
  it("a zip file whose places and directory need eight bytes", () => {
    const bytes = large(zip([{ name: "a.txt" }]));
    const report = scan(bytes, "x.zip");
    expect(places(report)).toEqual(["x.zip!a.txt:2"]);
    expect(unseen(report)).toEqual([]);
    const behind = Buffer.concat([Buffer.from("PK\x03\x04 before it"), bytes]);
    expect(places(scan(behind, "x.zip"))).toEqual(["x.zip!a.txt:2"]);
    expect(unseen(scan(large(zip([{ name: "a.txt" }]), 2n ** 60n), "x.zip"))).toEqual([
      "x.zip!a.txt: its place in the archive is none",
      "x.zip: there are entries in it that its directory does not name",
    ]);
    const lost = Buffer.from(bytes);
    lost[lost.length - 22 - 20] = 0;
    expect(unseen(scan(lost, "x.zip"))).toEqual([
      "x.zip: it is a zip file without its directory: damaged or cut off",
    ]);
  });
  it("an archive in another, and names one that lies deeper", () => {
    const inner = zip([{ name: "c.txt" }]);
    const middle = zip([{ name: "in.zip", content: inner, method: 0 }, { name: "b.txt" }]);
    const outer = zip([{ name: "mid.zip", content: middle }]);
    expect(places(scan(middle, "m.zip"))).toEqual(["m.zip!in.zip!c.txt:2", "m.zip!b.txt:2"]);
    const report = scan(outer, "o.zip");
    expect(places(report)).toEqual(["o.zip!mid.zip!b.txt:2"]);
    expect(unseen(report)).toEqual(["o.zip!mid.zip!in.zip: it is an archive in 2 others"]);
  });
});

describe("what is not seen is named", () => {
  const twice = zip([{ name: "a.txt" }, { name: "b.txt", at: 0 }]);
  it.each<readonly [string, () => Buffer, string, RegExp]>([
    ["an encrypted entry", () => zip([{ name: "a", flags: 1 }]), "x.zip!a", /encrypted/],
    [
      "an unknown method",
      () => zip([{ name: "a", method: 99 }]),
      "x.zip!a",
      /method that is not known here \(99\)/,
    ],
    ["two names for the same bytes", () => twice, "x.zip!b.txt", /lies over another entry/],
    [
      "a place outside",
      () => zip([{ name: "a", at: 4_000_000_000 }]),
      "x.zip!a",
      /its place in the archive is none/,
    ],
    [
      "entries that the directory hides",
      () => zip([{ name: "a" }, { name: "b", isUnlisted: true }]),
      "x.zip",
      /directory does not name/,
    ],
    [
      "a zip file cut off",
      () => zip([{ name: "a" }]).subarray(0, 60),
      "x.zip",
      /without its directory/,
    ],
    [
      "a bomb",
      () => zip([{ name: "a", content: Buffer.alloc(40_000_000) }]),
      "x.zip!a",
      /unpacks to more/,
    ],
    ["a bomb of gzip", () => gzipSync(Buffer.alloc(40_000_000)), "x.zip!x.zip", /unpacks to more/],
    ["a tar file cut off", () => tarball.subarray(0, 1_024 + 512 + 10), "x.zip", /without its end/],
    [
      "something behind the end",
      () => Buffer.concat([tarball, Buffer.from("more")]),
      "x.zip",
      /behind its end/,
    ],
    ["a damaged header", () => damaged(), "x.zip", /damaged tar file/],
  ])("%s", (_, make, what, why) => {
    const { notLookedAt } = scan(make(), "x.zip");
    expect(notLookedAt.find((one) => one.what === what)?.why ?? "nothing was named").toMatch(why);
  });
  it.each<readonly [string, string, readonly string[]]>([
    ["bzip2", "bzip2", ["-c"]],
    ["xz", "xz", ["-c"]],
    ["Zstandard", "zstd", ["-c"]],
    ["LZ4", "lz4", ["-c"]],
  ])("what %s packed, whatever its name, on its own and in an archive", (_, program, args) => {
    // Where the program is missing, its first bytes as its format has them, and noise.
    const first = {
      bzip2: "425a6839314159265359",
      xz: "fd377a585a00",
      zstd: "28b52ffd",
      lz4: "04224d18",
    };
    const made = spawnSync(program, args, { input: TEXT });
    const noise = gzipSync(TEXT).subarray(10);
    const bytes =
      made.status === 0
        ? made.stdout
        : Buffer.concat([Buffer.from(first[program as keyof typeof first], "hex"), noise]);
    expect(unseen(scan(bytes, "x.dat"))).toEqual(["x.dat: what is in it is compressed"]);
    const within = zip([{ name: "in.dat", content: bytes, method: 0 }]);
    expect(unseen(scan(within, "x.zip"))).toEqual(["x.zip!in.dat: what is in it is compressed"]);
  });
  it("what 7z and RAR packed; a text that begins as bzip2 does is a text", () => {
    for (const first of ["377abcaf271c0004", "526172211a0701"])
      expect(
        unseen(scan(Buffer.concat([Buffer.from(first, "hex"), gzipSync(TEXT)]), "x.dat")),
      ).toEqual(["x.dat: what is in it is compressed"]);
    expect(unseen(scan(Buffer.from(`BZh is a name\n${TEXT}`), "x.txt"))).toEqual([]);
  });
  it("damage behind a secret: what comes before it is found, and that there is more is said", () => {
    const bytes = gzipSync(`${TEXT}${"text that goes on\n".repeat(3_000)}`);
    const report = scan(bytes.subarray(0, bytes.length - 30), "a.log.gz");
    expect(places(report)).toEqual(["a.log.gz!a.log:2"]);
    expect(unseen(report)).toEqual(["a.log.gz!a.log: it is damaged or cut off"]);
  });
  it("too many entries, with the first of them found", () => {
    const many = Array.from({ length: 20_050 }, (_, index) => ({
      name: `${index}`,
      method: 0,
      content: Buffer.from("a"),
    }));
    const report = scan(zip([{ name: "first.txt" }, ...many]), "x.zip", 1_000_000);
    expect(places(report)).toEqual(["x.zip!first.txt:2"]);
    expect(unseen(report)).toEqual(["x.zip: it has more than 20000 entries"]);
  });
  it("names of entries hold nothing that a terminal heeds", () => {
    const report = scan(zip([{ name: "a\u001b[2J\nb" }, { name: "x".repeat(5_000) }]), "x.zip");
    const [first = "", second = ""] = places(report);
    expect(first).toBe("x.zip!a\\u{1b}[2J\\u{a}b:2");
    expect(second.length).toBeLessThan(500);
  });
});

/** The header of the second entry of the tar file with another byte. */
function damaged(): Buffer {
  const bytes = Buffer.from(tarball);
  const at = bytes.indexOf("ustar", 600);
  bytes[at - 200] = (bytes[at - 200] ?? 0) ^ 1;
  return bytes;
}

it("bytes at chance in a good archive end the program never, and what they break is named or still found", () => {
  const samples = [
    zip([{ name: "a.txt" }, { name: "b.txt", method: 0 }]),
    large(zip([{ name: "a.txt" }])),
    gzipSync(TEXT),
    tarball,
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      fc.nat(),
      (sample, changes, cut) => {
        const bytes = Buffer.from(sample);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const report = scan(bytes.subarray(0, bytes.length - (cut % 40)), "x.bin");
        return report.findings.length + report.notLookedAt.length >= 0;
      },
    ),
    { numRuns: 300 },
  );
});
