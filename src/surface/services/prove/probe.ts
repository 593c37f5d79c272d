// One probe: what is tried from inside of a held call, and by what is seen outside that it got through.

/** How a file is read: by its path, or by a way around it. */
export const READING_WAYS = [
  ...["open", "program", "archive", "copy", "descriptor"],
  ...["root", "first-root", "link", "hard-link", "moved"],
] as const;
export type ReadingWay = (typeof READING_WAYS)[number];

/** What code inside does. Paths are absolute. */
export type Act =
  | { readonly do: "read"; readonly path: string; readonly way: ReadingWay }
  /** Adds the mark to a file, or makes it. */
  | { readonly do: "write"; readonly path: string; readonly mark: string }
  | { readonly do: "move"; readonly from: string; readonly to: string }
  | { readonly do: "remove"; readonly path: string }
  /** Says the mark to whoever listens there: a path, a name in the kernel that begins with a null, or a port. */
  | {
      readonly do: "connect";
      readonly to: string | number;
      readonly host?: string;
      readonly mark: string;
    }
  | { readonly do: "signal"; readonly pid: number }
  | { readonly do: "variable"; readonly name: string }
  /** A line of the shell. */
  | { readonly do: "run"; readonly line: string };

/** By what it is known that it got through. */
export type Breach =
  /** The text was seen inside. */
  | { readonly kind: "seen"; readonly text: string }
  /** The text stands in a file outside, or somebody outside heard it. */
  | { readonly kind: "left"; readonly path: string; readonly text: string }
  | { readonly kind: "heard"; readonly text: string }
  /** The file outside is not what it was. */
  | { readonly kind: "gone"; readonly path: string }
  | { readonly kind: "ended"; readonly pid: number };

/** Families of probes, in the order in which they are shown. `work`: what has to work inside, or nothing was proven. */
export const FAMILIES = {
  work: "what has to work",
  home: "reading the home",
  hidden: "reading hidden files of the project",
  outside: "writing outside of the project",
  kept: "changing what programs outside obey",
  sockets: "reaching programs of the machine",
  processes: "processes outside",
  kernel: "namespaces, mounts and other calls of the kernel",
  variables: "secrets of the environment",
} as const satisfies Readonly<Record<string, string>>;
export type Family = keyof typeof FAMILIES;

export type Probe = {
  readonly id: string;
  readonly family: Family;
  readonly act: Act;
  /** Missing for what has to work. */
  readonly breach?: Breach;
  /** A program that it takes; without it the probe is not tried. */
  readonly needs?: string;
};

/** What code inside saw of one. `text`: what it read, in base64. */
export type Ending = {
  readonly id: string;
  readonly outcome: "done" | "refused" | "missing";
  readonly text: string;
};
