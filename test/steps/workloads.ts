// Work on texts that somebody else may write, in sizes: what it takes must be in step with the size, whoever counts it.
import { compileGlob } from "#base/glob.ts";
import { DETECTORS } from "#guard/content/detectors/index.ts";
import { scanText } from "#guard/content/scan.ts";
import { namedHarm } from "#guard/effects/languages/heuristics/named-harm.ts";
import { readYaml } from "#assure/posture/inputs/yaml-text.ts";
import { parseSnapshot } from "#surface/services/facts/snapshot-text.ts";
import { lintText } from "../govern/settings/lint/lint-text.ts";

export type Workload = {
  readonly name: string;
  readonly sizes: readonly [small: number, large: number];
  readonly run: (size: number) => void;
};

const filled = (piece: string, size: number): string =>
  piece.repeat(Math.ceil(size / piece.length)).slice(0, size);

const work = (
  name: string,
  sizes: readonly [number, number],
  run: (size: number) => void,
): Workload => ({ name, sizes, run });

const PATIENT = [
  "born in Aa Bb Cc de Dd ",
  "Jane Doe - 123456 ",
  "mrn type: mrn value ",
  "dob 12. ",
];
const SNAPSHOT = ["f () {\n", "alias -- x='", "eval $'\\n", "# x\n", "g () {\n\techo <<A\n"];
const CODE = ['(concat "a" ', 'join("a", ', "import git push((", "file delete ", "${", "'"];

export const WORKLOADS: readonly Workload[] = [
  work("a hostile glob", [500, 4_000], (size) => {
    compileGlob(`/${"*a".repeat(60)}*b`)(`/${"a".repeat(size)}/b`);
  }),
  ...PATIENT.map((piece) =>
    work(`notes of ${JSON.stringify(piece)}`, [1_000, 8_000], (size) => {
      scanText(filled(piece, size), "notes.txt");
    }),
  ),
  ...CODE.map((piece) =>
    work(`code of ${JSON.stringify(piece)}`, [1_000, 8_000], (size) => {
      namedHarm(filled(piece, size), "/home/ada");
    }),
  ),
  work("every keyword everywhere", [2_000, 16_000], (size) => {
    scanText(
      filled(DETECTORS.flatMap(({ keywords = [] }) => keywords).join(' = "'), size),
      "content",
    );
  }),
  work(
    "nested brackets in YAML",
    [1_000, 8_000],
    (size) => void readYaml(`a: ${"[".repeat(size)}`),
  ),
  ...SNAPSHOT.map((piece) =>
    work(`a snapshot of ${JSON.stringify(piece)}`, [2_000, 16_000], (size) => {
      parseSnapshot(filled(piece, size));
    }),
  ),
  work("rules of settings", [50, 400], (size) => {
    lintText({
      permissions: { deny: Array.from({ length: size }, (_, at) => `Read(dir${at}/**)`) },
    });
  }),
];

/** What the counting itself is held against. */
export const PLANTED: Workload = {
  name: "planted: every pair of characters",
  sizes: [100, 800],
  run: (size) => void /a[^c]*b$/.test("a".repeat(size)),
};
