// What other scanners find in the same files, held against the same labels.
import { askSecretlint } from "../bench/secretlint.ts";
import { askGitSecrets } from "./git-secrets.ts";
import type { FoundIn } from "./rates.ts";
import { type ChosenFile, lineDigest } from "./samples.ts";

/** A chosen file with the repository that it is of. */
export type FileIn = ChosenFile & { readonly repository: string };
/** What another scanner found; it has no tiers, so all counts as `high`. `found` is undefined where it is not installed. */
export type Peer = { readonly name: string; readonly found: readonly FoundIn[] | undefined };

export const PEERS = ["secretlint, recommended rules", "git-secrets, rules for AWS"] as const;

/** The findings of each in the files. */
export async function peerFindings(files: readonly FileIn[]): Promise<readonly Peer[]> {
  const [first, second] = PEERS;
  const { spans } = await askSecretlint(files.map(({ path, text }) => ({ path, text })));
  const lines = askGitSecrets(files.map(({ text }) => text));
  return [
    { name: first, found: foundIn(files, "secretlint", (file, at) => linesOf(file, spans[at])) },
    {
      name: second,
      found:
        lines &&
        foundIn(files, "git-secrets", (_, at) => (lines[at] ?? []).map((one) => [one, one])),
    },
  ];
}

type Lines = readonly [from: number, to: number];

/** The lines, from 1, of spans of a text. */
function linesOf(
  { text }: FileIn,
  spans: readonly (readonly [number, number])[] = [],
): readonly Lines[] {
  return spans.map(([start, end]) => [
    text.slice(0, start).split("\n").length,
    text.slice(0, end).split("\n").length,
  ]);
}

/** Findings at lines of the files, as places that are held against labels. */
export function foundIn(
  files: readonly FileIn[],
  detector: string,
  linesIn: (file: FileIn, at: number) => readonly Lines[],
): readonly FoundIn[] {
  return files.flatMap((file, at) => {
    const { repository, path, kind, text } = file;
    const lines = text.split("\n");
    return linesIn(file, at).map(([line, last]) => {
      const [digest = "", ...below] = lines.slice(line - 1, last).map(lineDigest);
      const found = { repository, path, line, digest, below, kind, data: undefined } as const;
      return { ...found, asked: "secret", tier: "high", detector } as const;
    });
  });
}
