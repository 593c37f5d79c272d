// Fifty ways to change an evidence pack: bytes beside its files, files, what they say with all digests made anew, and other signatures.
import { createHash } from "node:crypto";
import { createSigner, type NoteSigner } from "#record/log/note.ts";
import { signManifest } from "#assure/evidence/signed-manifest.ts";
import { openArchive } from "#surface/services/incidents/hashed-archive.ts";
import { packTar } from "#surface/services/incidents/tar-file.ts";

type Files = Map<string, Buffer>;
type Manifest = {
  files: { name: string; bytes: number; sha256: string; holds: string }[];
  controls: { file: string; status: string; gaps: unknown[]; title: string }[];
  period: { from: string; to: string; sinceMs: number; untilMs: number };
  log: { origin: string; size: number; root: string };
  proofs: { held: number; omitted: number };
  collected: string;
};

/** A change, in words, and the bytes after it. */
export type Tampered = { readonly what: string; readonly bytes: Buffer };

/** Every change of a pack. `other` is a sound pack of the same log over another period or framework. */
export function tamperings(pack: Buffer, other: Buffer): readonly Tampered[] {
  const changed: Tampered[] = [];
  const add = (what: string, bytes: Buffer): void => {
    if (bytes.equals(pack)) throw new Error(`${what} changes nothing`);
    changed.push({ what, bytes });
  };
  // Single bytes, spread over the whole archive.
  for (let place = 0; place < 16; place += 1) {
    const bytes = Buffer.from(pack);
    const at = Math.floor(((place + 0.37) * bytes.length) / 16);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (place % 8));
    add(`bit ${place % 8} of byte ${at} is flipped`, bytes);
  }
  add("its last block is cut off", pack.subarray(0, -512));
  add("its second half is cut off", pack.subarray(0, pack.length >> 1));
  add("something stands behind its end", Buffer.concat([pack, Buffer.alloc(512, 1)]));
  add("its rights are others", at(pack, 100, "0000644\0"));
  add("it is empty", Buffer.alloc(0));
  // Files, with and without new digests in the manifest.
  const files = filesOf(pack);
  const names = [...files.keys()];
  const [aControl, bControl] = names.filter((name) => name.startsWith("controls/"));
  const [aProof, bProof] = names.filter((name) => name.startsWith("proofs/"));
  const edits: readonly (readonly [string, (held: Files, manifest: Manifest) => void])[] = [
    ["a control is taken out", (held) => held.delete(aControl ?? "")],
    ["a proof is taken out", (held) => held.delete(aProof ?? "")],
    ["the head of the log is taken out", (held) => held.delete("log/checkpoint")],
    ["a file is added", (held) => held.set("facts/more.json", Buffer.from("{}\n"))],
    ["two controls are exchanged", (held) => swap(held, aControl, bControl)],
    ["two proofs are exchanged", (held) => swap(held, aProof, bProof)],
    [
      "a status is another in the control",
      (held) => edit(held, aControl, (text) => text.replace(/"status": "[^"]+"/, '"status": "x"')),
    ],
    [
      "every gap is taken out of manifest and controls",
      (held, manifest) => {
        for (const control of manifest.controls) {
          control.gaps = [];
          control.status = "supported";
          edit(
            held,
            control.file,
            (text) =>
              `${JSON.stringify({ ...JSON.parse(text), gaps: [], status: "supported" }, undefined, 1)}\n`,
          );
        }
      },
    ],
    [
      "a count is another",
      (held) => edit(held, aControl, (text) => text.replace(/"count": (\d+)/, '"count": 1$1')),
    ],
    [
      "the limits of a control are taken out",
      (held) =>
        edit(
          held,
          aControl,
          (text) => `${JSON.stringify({ ...JSON.parse(text), limits: [] }, undefined, 1)}\n`,
        ),
    ],
    [
      "the silence of the log is taken out of the facts",
      (held) =>
        edit(held, "facts/coverage.json", (text) => text.replace(/"gaps": \[[^]*/, '"gaps": []}')),
    ],
    ["the period is another", (_, manifest) => (manifest.period.to = "2027-01-01")],
    ["the size of the log is another", (_, manifest) => (manifest.log.size += 1)],
    [
      "the root is another",
      (_, manifest) => (manifest.log.root = Buffer.alloc(32).toString("base64")),
    ],
    [
      "it was collected at another time",
      (_, manifest) => (manifest.collected = "2026-01-01T00:00:00.000Z"),
    ],
    [
      "the title of a control is another",
      (_, manifest) => manifest.controls.forEach((control) => (control.title = "Compliant")),
    ],
    [
      "the head is that of another size",
      (held) => edit(held, "log/checkpoint", (text) => text.replace(/\n\d+\n/, "\n1\n")),
    ],
  ];
  for (const [what, act] of edits) {
    for (const isResealed of [false, true]) {
      const held: Files = new Map(filesOf(pack));
      const manifest = JSON.parse(String(held.get("manifest.json"))) as Manifest;
      act(held, manifest);
      if (isResealed) reseal(held, manifest);
      const bytes = packed(held, manifest);
      if (!bytes.equals(pack)) add(`${what}${isResealed ? ", all digests made anew" : ""}`, bytes);
    }
  }
  // Signatures.
  const manifest = JSON.parse(String(files.get("manifest.json"))) as Manifest;
  const forged = (act: (held: Files) => void): Buffer => {
    const held: Files = new Map(files);
    act(held);
    return packed(held, undefined);
  };
  const digest = sha256(files.get("manifest.json") ?? Buffer.alloc(0));
  const { origin, size } = manifest.log;
  const own = createSigner(origin, new Uint8Array(32).fill(7));
  add(
    "it is signed by another key of the same name",
    forged((held) =>
      held.set("manifest.note", Buffer.from(signManifest(origin, { size, digest }, [own]))),
    ),
  );
  add(
    "the signature is that of another pack of the same log",
    forged((held) =>
      held.set("manifest.note", filesOf(other).get("manifest.note") ?? Buffer.alloc(0)),
    ),
  );
  add(
    "the signature is empty",
    forged((held) => held.set("manifest.note", Buffer.alloc(0))),
  );
  return changed;
}

/** What somebody can make of a pack who holds the log's own key: all digests and the signature are good. */
export function forgeries(pack: Buffer, signers: readonly NoteSigner[]): readonly Tampered[] {
  const supported = (held: Files, manifest: Manifest, keep: (gaps: unknown[]) => unknown[]) => {
    for (const control of manifest.controls) {
      const gaps = keep(control.gaps);
      if (control.status !== "gap") continue;
      Object.assign(control, { gaps, status: "supported" });
      edit(held, control.file, (text) => {
        const changed = { ...JSON.parse(text), gaps, status: "supported" };
        return `${JSON.stringify(changed, undefined, 1)}\n`;
      });
    }
  };
  const acts: readonly (readonly [string, (held: Files, manifest: Manifest) => void])[] = [
    ["every gap is called supported", (held, manifest) => supported(held, manifest, () => [])],
    ["statuses alone are others", (held, manifest) => supported(held, manifest, (gaps) => gaps)],
    [
      "gaps and the facts behind them are taken out",
      (held, manifest) => {
        supported(held, manifest, () => []);
        for (const name of [...held.keys()]) if (name.startsWith("facts/")) held.delete(name);
      },
    ],
  ];
  return acts.map(([what, act]) => {
    const held: Files = new Map(filesOf(pack));
    const manifest = JSON.parse(String(held.get("manifest.json"))) as Manifest;
    act(held, manifest);
    reseal(held, manifest);
    const own = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
    const { origin, size } = manifest.log;
    const note = signManifest(origin, { size, digest: sha256(own) }, signers);
    held.set("manifest.note", Buffer.from(note));
    return { what, bytes: packed(held, manifest) };
  });
}

function filesOf(pack: Buffer): Files {
  return new Map(
    [...openArchive(pack, 10_000).files].map(([name, content]) => [name, Buffer.from(content)]),
  );
}

/** All digests of the manifest made anew, as somebody would who has everything but the key. */
function reseal(held: Files, manifest: Manifest): void {
  const known = new Map(manifest.files.map((one) => [one.name, one]));
  manifest.files = [...held]
    .filter(([name]) => name !== "manifest.json" && name !== "manifest.note")
    .map(([name, content]) => ({
      name,
      bytes: content.length,
      sha256: sha256(content),
      holds: known.get(name)?.holds ?? "more",
    }));
  manifest.proofs.held = [...held.keys()].filter((name) => name.startsWith("proofs/")).length;
}

function packed(held: Files, manifest: Manifest | undefined): Buffer {
  if (manifest !== undefined)
    held.set("manifest.json", Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`));
  return packTar([...held].map(([name, bytes]) => ({ name, bytes })));
}

function swap(held: Files, one: string | undefined, other: string | undefined): void {
  const [first, second] = [held.get(one ?? ""), held.get(other ?? "")];
  if (first === undefined || second === undefined) throw new Error("there are not two of them");
  held.set(one ?? "", second);
  held.set(other ?? "", first);
}

function edit(held: Files, name: string | undefined, change: (text: string) => string): void {
  const text = held.get(name ?? "")?.toString("utf8");
  if (name === undefined || text === undefined) throw new Error("there is no such file");
  held.set(name, Buffer.from(change(text), "utf8"));
}

function at(bytes: Buffer, place: number, text: string): Buffer {
  const changed = Buffer.from(bytes);
  changed.write(text, place, "latin1");
  return changed;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
