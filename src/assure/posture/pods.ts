// Containers as manifests of Kubernetes describe them: pods by themselves and those of deployments, jobs and the like.
import { arrayOrEmpty, memberOf } from "#base/json.ts";
import type { Container, Said } from "./container.ts";
import { filesIn } from "./looking.ts";
import type { SeenFile, AuditInputs } from "./inputs/audit-inputs.ts";

type Path = readonly (string | number)[];
type Place = (path: Path) => { readonly line: number };

/** Where a pod's own description stands, by the kind of what makes it. */
const SPECS: Readonly<Record<string, Path>> = {
  Pod: ["spec"],
  Deployment: ["spec", "template", "spec"],
  ReplicaSet: ["spec", "template", "spec"],
  StatefulSet: ["spec", "template", "spec"],
  DaemonSet: ["spec", "template", "spec"],
  Job: ["spec", "template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

/** Containers of every manifest of the repository. `isClient`: whether the client runs in what a text describes. */
export function podContainers(
  { repository, yaml }: Pick<AuditInputs, "repository" | "yaml">,
  isClient: (text: string) => boolean,
): readonly Container[] {
  return filesIn([repository], /\.ya?ml$/).flatMap((file) => {
    if (!/^[ \t]*kind\s*:/m.test(file.text ?? "")) return [];
    const reading = yaml(file);
    if (reading.kind === "fault") return [];
    const [first, ...more] = [reading.value, ...reading.more];
    // Only the first document knows its places; faults of others stand at the first line.
    const nowhere: Place = () => ({ line: 1 });
    return [
      ...containersOfResource(first, file, reading.place, isClient),
      ...more.flatMap((one) => containersOfResource(one, file, nowhere, isClient)),
    ];
  });
}

function containersOfResource(
  resource: unknown,
  file: SeenFile,
  place: Place,
  isClient: (text: string) => boolean,
): readonly Container[] {
  const at = SPECS[wordOf(resource, "kind")];
  if (at === undefined) return [];
  const spec = at.reduce<unknown>((value, key) => memberOf(value, key), resource);
  const owner = wordOf(memberOf(resource, "metadata"), "name");
  return (["initContainers", "containers"] as const).flatMap((key) => {
    const list = memberOf(spec, key);
    if (!Array.isArray(list)) return [];
    return list.map((one: unknown, index) => {
      const own = [...at, key, index];
      const said = (value: unknown, ...path: Path): readonly Said[] =>
        typeof value === "string" || typeof value === "number"
          ? [{ text: String(value), line: place([...own, ...path]).line }]
          : [];
      const text = JSON.stringify(one) ?? "";
      const words = [memberOf(one, "command"), memberOf(one, "args")].flatMap((value) =>
        Array.isArray(value) ? value.map(String) : [],
      );
      return {
        kind: "pod",
        file,
        line: place(own).line,
        text,
        hasClient: isClient(`${owner} ${wordOf(one, "name")} ${text}`),
        image: said(memberOf(one, "image"), "image")[0],
        user: userOf(one, spec, (path) => place([...own, ...path]).line),
        mounts: mountsOf(one, spec, place, at),
        options: optionsOf(one, spec, { place, own, at }),
        variables: variablesOf(one, (path) => place([...own, ...path]).line),
        commands:
          words.length === 0
            ? []
            : [{ text: words.join(" "), line: place([...own, "command"]).line }],
      } satisfies Container;
    });
  });
}

/** The user that is named; what leaves it to the image says nothing. */
function userOf(one: unknown, spec: unknown, line: (path: Path) => number): Said | undefined {
  const path = ["securityContext", "runAsUser"];
  const user = [one, spec]
    .map((from) => memberOf(memberOf(from, "securityContext"), "runAsUser"))
    .find((value) => typeof value === "number" || typeof value === "string");
  if (user !== undefined) return { text: `${user}`, line: line(path) };
  const isBarred = [one, spec].some(
    (from) => memberOf(memberOf(from, "securityContext"), "runAsNonRoot") === true,
  );
  return isBarred
    ? { text: "any but root", line: line(["securityContext", "runAsNonRoot"]) }
    : undefined;
}

/** Folders of the machine that the container itself mounts. */
function mountsOf(one: unknown, spec: unknown, place: Place, at: Path): readonly Said[] {
  const names = arrayOrEmpty(memberOf(one, "volumeMounts")).map((mount) => wordOf(mount, "name"));
  return arrayOrEmpty(memberOf(spec, "volumes")).flatMap((volume, index) => {
    const path = wordOf(memberOf(volume, "hostPath"), "path");
    return path === "" || !names.includes(wordOf(volume, "name"))
      ? []
      : [{ text: path, line: place([...at, "volumes", index]).line }];
  });
}

function optionsOf(
  one: unknown,
  spec: unknown,
  { place, own, at }: { readonly place: Place; readonly own: Path; readonly at: Path },
): readonly Said[] {
  const context = memberOf(one, "securityContext");
  const line = (...path: Path) => place([...own, "securityContext", ...path]).line;
  const capabilities = (key: "add" | "drop") =>
    arrayOrEmpty(memberOf(memberOf(context, "capabilities"), key)).map((name) => ({
      text: `--cap-${key}=${String(name)}`,
      line: line("capabilities", key),
    }));
  const shared = (
    [
      ["hostPID", "pid"],
      ["hostNetwork", "network"],
      ["hostIPC", "ipc"],
    ] as const
  ).flatMap(([key, option]) =>
    memberOf(spec, key) === true
      ? [{ text: `--${option}=host`, line: place([...at, key]).line }]
      : [],
  );
  const on = (key: string, value: boolean, text: string) =>
    memberOf(context, key) === value ? [{ text, line: line(key) }] : [];
  const profile = [context, memberOf(spec, "securityContext")].some(
    (from) => wordOf(memberOf(from, "seccompProfile"), "type") === "Unconfined",
  );
  return [
    ...on("privileged", true, "--privileged"),
    ...on("readOnlyRootFilesystem", true, "--read-only"),
    ...on("allowPrivilegeEscalation", false, "--security-opt=no-new-privileges"),
    ...(profile
      ? [{ text: "--security-opt=seccomp=unconfined", line: line("seccompProfile") }]
      : []),
    ...capabilities("add"),
    ...capabilities("drop"),
    ...shared,
    ...arrayOrEmpty(memberOf(one, "volumeMounts")).map((mount, index) => ({
      text: `--volume=${wordOf(mount, "name")}:${wordOf(mount, "mountPath")}`,
      line: place([...own, "volumeMounts", index]).line,
    })),
  ];
}

function variablesOf(one: unknown, line: (path: Path) => number): Container["variables"] {
  return arrayOrEmpty(memberOf(one, "env")).map((variable, index) => {
    const name = wordOf(variable, "name");
    const value = memberOf(variable, "value");
    const hasValue = typeof value === "string" && value !== "" && !value.startsWith("$(");
    return { text: name, name, hasValue, line: line(["env", index]) };
  });
}

function wordOf(value: unknown, key: string): string {
  const word = memberOf(value, key);
  return typeof word === "string" ? word : "";
}
