// What another scanner finds in the same files, held against the same labels.
import { askSecretlint } from "../bench/secretlint.ts";
import type { FoundIn } from "./rates.ts";
import { type ChosenFile, lineDigest } from "./samples.ts";

/** A chosen file with the repository that it is of. */
export type FileIn = ChosenFile & { readonly repository: string };

/** The findings of secretlint with its recommended rules; it has no tiers, so all count as `high`. */
export async function peerFindings(files: readonly FileIn[]): Promise<readonly FoundIn[]> {
  const { spans } = await askSecretlint(files.map(({ path, text }) => ({ path, text })));
  return files.flatMap(({ repository, path, kind, text }, at) =>
    (spans[at] ?? []).map(([start, end]) => {
      const lines = text.split("\n");
      const line = text.slice(0, start).split("\n").length;
      const last = text.slice(0, end).split("\n").length;
      const [digest = "", ...below] = lines.slice(line - 1, last).map(lineDigest);
      const found = { repository, path, line, digest, below, kind, data: undefined } as const;
      return { ...found, asked: "secret", tier: "high", detector: "secretlint" } as const;
    }),
  );
}
