// What a deployment would write: the compiled files in their places, as changes to what is there, with their difference.
import { Failure } from "#base/failure.ts";
import type { Compiled } from "#govern/compile/compile.ts";
import type { OutputFile } from "#govern/compile/target.ts";
import type { StoredFile } from "#govern/settings/deploy.ts";
import { hideTokens } from "#govern/settings/hook-entries.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { type Deployment, type DeployScope, stateOfFile } from "./deployment.ts";
import { type EarlierWrite, mergeSettings } from "./settings-merge.ts";
import type { FileChange } from "./write-all.ts";

/** A file that a deployment is to leave behind: as a whole, or as settings put into those of others. */
export type WantedFile = {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  readonly isMerged: boolean;
};

/** Where the managed files of a machine belong. */
export type ManagedPlaces = {
  /** Where the client looks for managed settings. */
  readonly directory: string;
  /** The managed layer of the policy itself. */
  readonly policyFile: string;
};

/** The files of a scope. `settingsFile`: of the person or project; `policy`: text of the policy that was compiled. */
export function wantedFiles(
  { files }: Compiled,
  at: {
    readonly scope: DeployScope;
    readonly settingsFile: string;
    readonly managed: ManagedPlaces;
    readonly policy: string;
  },
): readonly WantedFile[] {
  const { scope, settingsFile, managed, policy } = at;
  if (scope !== "managed")
    return files.map(({ text, mode }) => ({ path: settingsFile, text, mode, isMerged: true }));
  // WHY not what has no path: device management takes those, and the client one source only.
  const placed = files.filter(
    (file): file is OutputFile & { path: string } => file.path !== undefined,
  );
  return [
    ...placed.map(({ name, text, mode }) => {
      return { path: `${managed.directory}/${name}`, text, mode, isMerged: false };
    }),
    { path: managed.policyFile, text: policy, mode: 0o644, isMerged: false },
  ];
}

/** What is known of a file before it is written. */
export type Present = {
  readonly file: StoredFile | undefined;
  /** What the deployment in force wrote there, where there is one. */
  readonly earlier?: EarlierWrite | undefined;
};

/**
 * The wanted files as changes to what is there, those that are as they should be among them. Throws a Failure with its place
 * where settings of others cannot be read.
 */
export function plannedFiles(
  wanted: readonly WantedFile[],
  presentAt: (path: string) => Present,
): readonly FileChange[] {
  return wanted.map(({ path, text, mode, isMerged }) => {
    const { file: before, earlier } = presentAt(path);
    const after: StoredFile = isMerged
      ? {
          text: mergeSettings(before?.text, text, { file: path, earlier }),
          // WHY: a person's own settings may hold secrets, and stay as private as they are.
          mode: before?.mode ?? 0o600,
        }
      : { text, mode };
    return { path, before, after };
  });
}

/** Whether something is to be written or removed. */
export function isChange({ before, after }: FileChange): boolean {
  return before?.text !== after?.text || before?.mode !== after?.mode;
}

/** The difference of all files in the unified format, rights that change with it. Tokens of hooks are hidden. */
export function diffOf(changes: readonly FileChange[]): string {
  return changes
    .map(({ path, before, after }) => {
      const name = path.replace(/^\//, "");
      const text = hideTokens(unifiedDiff(before?.text, after?.text, name));
      if (before === undefined || after === undefined || before.mode === after.mode) return text;
      return `${text}rights of ${path}: ${before.mode.toString(8)} -> ${after.mode.toString(8)}\n`;
    })
    .join("");
}

/** What a record says of changes. */
export function recordedFiles(changes: readonly FileChange[]): Deployment["files"] {
  return changes.map(({ path, before, after }) => {
    return { path, before: stateOfFile(before), after: stateOfFile(after) };
  });
}

/**
 * The changes that take a deployment back. `presentAt` gives the files as they are, `textBefore` what each held before.
 * Throws a Failure `deployment` where somebody changed a file since, and where what it held before is not known for certain.
 */
export function rollbackChanges(
  { id, files }: Deployment,
  from: {
    readonly presentAt: (path: string) => StoredFile | undefined;
    readonly textBefore: (path: string) => string | undefined;
  },
): readonly FileChange[] {
  return files.map(({ path, before, after }): FileChange => {
    const present = from.presentAt(path);
    const now = stateOfFile(present);
    if (now?.digest !== after?.digest && now?.digest !== before?.digest)
      throw new Failure(
        "deployment",
        `\`${path}\` was changed after \`${id}\` was deployed; \`sallyport policy drift\` says how: put it right or move it away first`,
      );
    if (before === null) return { path, before: present, after: undefined };
    const text = from.textBefore(path);
    if (text === undefined || stateOfFile({ text, mode: before.mode })?.digest !== before.digest)
      throw new Failure(
        "deployment",
        `what \`${path}\` held before \`${id}\` is missing or was altered, so it cannot be put back`,
      );
    return { path, before: present, after: { text, mode: before.mode } };
  });
}
