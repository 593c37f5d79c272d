// Reads the container files of a folder, and holds each description against the nine items of isolation.
import { realpathSync } from "node:fs";
import { definitionsOf, unreadableOf } from "#assure/isolation/definitions.ts";
import { type ItemStanding, standingsOf } from "#assure/isolation/nine-items.ts";
import type { ContainerInputs } from "#assure/posture/container.ts";
import type { SeenFile, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import { readYaml, type YamlReading } from "#assure/posture/inputs/yaml-text.ts";
import { readJsonc } from "#assure/posture/texts/jsonc.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { walkRepository } from "../posture/walk.ts";

/** A description of a container, and how it stands. */
export type AuditedContainer = {
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  /** Whether the client runs in it, as far as that shows. */
  readonly hasClient: boolean;
  readonly items: readonly ItemStanding[];
};
export type ContainerAudit = {
  readonly containers: readonly AuditedContainer[];
  readonly unreadable: readonly {
    readonly file: string;
    readonly line: number;
    readonly why: string;
  }[];
  /** What was not walked. */
  readonly unseen: readonly { readonly what: string; readonly why: string }[];
};

/** Walks a folder and reads. Throws a Failure `usage` where there is none. */
export async function auditContainers(directory: string): Promise<ContainerAudit> {
  let root: string;
  try {
    root = realpathSync(directory);
  } catch (cause) {
    throw new Failure(
      "usage",
      `there is no folder \`${printable(directory)}\`: name one with container files`,
      { cause },
    );
  }
  const { tree, unseen } = await walkRepository(root, () => undefined);
  const { containers, unreadable } = auditTree(tree);
  return { containers, unreadable, unseen };
}

/** The same of files that may lie nowhere yet. */
export function auditTree(repository: SeenTree): Omit<ContainerAudit, "unseen"> {
  const known = new Map<SeenFile, YamlReading>();
  const inputs: ContainerInputs = {
    repository,
    json: (file) => (file.text === undefined ? undefined : readJsonc(file.text, file.shown)),
    yaml: (file) => {
      const reading = known.get(file) ?? readYaml(file.text ?? "");
      known.set(file, reading);
      return reading;
    },
  };
  return {
    containers: definitionsOf(inputs).map((definition) => {
      const { kind, file, line, hasClient } = definition.main;
      const runs = hasClient || definition.image?.hasClient === true;
      return {
        kind,
        file: file.shown,
        line,
        hasClient: runs,
        items: standingsOf(definition),
      };
    }),
    unreadable: unreadableOf(inputs).map(({ file, line, why }) => ({
      file: file.shown,
      line,
      why,
    })),
  };
}

/** A tree of texts, by their paths: files of a plan that are not written yet. */
export function treeOfTexts(
  texts: readonly { readonly name: string; readonly text: string }[],
): SeenTree {
  const files = texts.map(
    ({ name, text }): SeenFile => ({
      place: "repository",
      path: name,
      shown: name,
      mode: undefined,
      owner: "us",
      bytes: Buffer.byteLength(text),
      isLink: false,
      sha256: undefined,
      text,
      why: undefined,
    }),
  );
  return {
    shown: ".",
    files: new Map(files.map((file) => [file.path, file])),
    entries: files.length,
    isWhole: true,
  };
}
