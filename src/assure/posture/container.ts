// A container as any description of one gives it: its image, user, mounts, options, variables and commands.
import type { AuditInputs, SeenFile } from "./inputs/audit-inputs.ts";

/** Something that is said at a line. */
export type Said = { readonly text: string; readonly line: number };

/** A container. What nothing says is undefined or empty. */
export type Container = {
  readonly kind: "dockerfile" | "compose" | "devcontainer" | "run" | "pod";
  readonly file: SeenFile;
  readonly line: number;
  /** Whether the client runs in it, as far as that shows. */
  readonly hasClient: boolean;
  /** The whole of its description, for words that stand anywhere in it. */
  readonly text: string;
  readonly image: Said | undefined;
  readonly user: Said | undefined;
  /** Sources of mounts on the host. */
  readonly mounts: readonly Said[];
  /** Options as they are given to an engine, one by one, with a dash form for all kinds. */
  readonly options: readonly Said[];
  /** Variables that it is given, by name, with whether a value stands there. */
  readonly variables: readonly (Said & { readonly name: string; readonly hasValue: boolean })[];
  /** Commands that are run when it is built or started. */
  readonly commands: readonly Said[];
  /** The Dockerfile of the repository that it is built from, by its path. */
  readonly built?: string | undefined;
};

/** What descriptions of containers are read from. */
export type ContainerInputs = Pick<AuditInputs, "repository" | "yaml" | "json">;
