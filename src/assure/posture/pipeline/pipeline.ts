// What a pipeline of any of the known systems is: who starts it, with which rights, and what its jobs run.
import type { TextPlace } from "./yaml-tree.ts";

/** The systems whose pipelines are read. `action` is a composite action of GitHub. */
export type Platform =
  | "github"
  | "action"
  | "gitlab"
  | "circleci"
  | "azure"
  | "jenkins"
  | "buildkite"
  | "bitbucket"
  /** Systems of which commands and images are read and no more. */
  | "other";

/** A name with a value, as text. */
export type Setting = { readonly name: string; readonly value: string; readonly at: TextPlace };

/** Something that is fetched by a name: an action, an image, an orb, an included file. */
export type Reference = {
  readonly text: string;
  readonly at: TextPlace;
  /** The version that is written behind a hash, such as `v4.2`. */
  readonly version?: string;
};

/** A container that a job runs in or beside, with the options that its engine is given. */
export type Container = Reference & {
  readonly options: string;
  readonly volumes: readonly string[];
  /** The job's own commands run in it. */
  readonly isOwn: boolean;
};

/** What starts the pipeline, by the system's own word. */
export type Trigger = { readonly event: string; readonly at: TextPlace };

/** Rights of the pipeline's own token: `all` where one word stands for every scope. */
export type Rights = {
  readonly at: TextPlace;
  readonly all: "read" | "write" | undefined;
  readonly scopes: readonly Setting[];
};

/** Commands of a step. `posix` is false for PowerShell, cmd and other languages, which are looked at as words only. */
export type Script = {
  readonly text: string;
  readonly at: TextPlace;
  readonly isPosix: boolean;
  /** The system fills variables in before a shell sees the text, by the shell's own signs. */
  readonly isFilled?: boolean;
  /** Where a character of the text stands in the file. */
  readonly place: (offset: number) => TextPlace;
};

export type Step = {
  readonly at: TextPlace;
  readonly name: string;
  readonly condition: string | undefined;
  readonly uses: Reference | undefined;
  readonly inputs: readonly Setting[];
  readonly environment: readonly Setting[];
  readonly scripts: readonly Script[];
  /** Its failure changes nothing. */
  readonly isIgnored: boolean;
};

export type Job = {
  readonly id: string;
  readonly at: TextPlace;
  readonly condition: string | undefined;
  /** Labels of the machine that runs it. */
  readonly runners: readonly Reference[];
  /** Containers that it runs in, and that run beside it. */
  readonly containers: readonly Container[];
  readonly hasTimeout: boolean;
  /** Its failure changes nothing. */
  readonly isIgnored: boolean;
  readonly rights: Rights | undefined;
  /** It waits for a person: by a protected environment, or by the system's own word for it. */
  readonly isApproved: boolean;
  readonly environment: readonly Setting[];
  /** Values of the legs of its matrix, by names such as `matrix.flags`: of several the longest. */
  readonly matrix: readonly Setting[];
  readonly steps: readonly Step[];
  /** A pipeline that is called instead of steps. */
  readonly calls: Reference | undefined;
  /** The called one is given every secret. */
  readonly givesAllSecrets: TextPlace | undefined;
};

export type Pipeline = {
  readonly file: string;
  readonly platform: Platform;
  readonly triggers: readonly Trigger[];
  readonly rights: Rights | undefined;
  /** Names of inputs of free text that whoever starts it by hand fills in. */
  readonly freeInputs: readonly string[];
  readonly environment: readonly Setting[];
  /** What inputs and parameters are where nobody says otherwise, by names such as `inputs.flags`. */
  readonly defaults: readonly Setting[];
  readonly jobs: readonly Job[];
  /** What is fetched for the whole pipeline: included files, orbs, templates. */
  readonly fetched: readonly Reference[];
  /** Files of the repository that are part of it, as it names them. */
  readonly included?: readonly string[];
};

/** What was made of a file. */
export type PipelineReading =
  | { readonly kind: "read"; readonly pipeline: Pipeline }
  | { readonly kind: "unreadable"; readonly why: string; readonly at: TextPlace };

/** A step with nothing in it, for readers to fill. */
export function emptyStep(at: TextPlace): Step {
  return {
    at,
    name: "",
    condition: undefined,
    uses: undefined,
    inputs: [],
    environment: [],
    scripts: [],
    isIgnored: false,
  };
}

/** A job with nothing in it, for readers to fill. */
export function emptyJob(id: string, at: TextPlace): Job {
  return {
    id,
    at,
    condition: undefined,
    runners: [],
    containers: [],
    steps: [],
    hasTimeout: false,
    isIgnored: false,
    rights: undefined,
    isApproved: false,
    environment: [],
    matrix: [],
    calls: undefined,
    givesAllSecrets: undefined,
  };
}

/** The name that uploads of every system get here. */
export const UPLOAD = "upload";

/** Files that a job hands over to whoever may see its run. */
export function uploadStep(path: Reference): Step {
  const input = { name: "path", value: path.text, at: path.at };
  return { ...emptyStep(path.at), uses: { text: UPLOAD, at: path.at }, inputs: [input] };
}
