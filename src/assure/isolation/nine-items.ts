// The nine items of strong isolation (M9.3) and mounts that must not be (M4.7, M9.20), for one description of a container.
import type { Container, Said } from "#assure/posture/container.ts";
import { isBroadPlace, isCredentialPlace } from "#assure/posture/inputs/secret-places.ts";
import { readDockerfile } from "#assure/posture/texts/dockerfile.ts";
import { isSecretVariable } from "#base/secret-variables.ts";
import type { Definition } from "./definitions.ts";

/** The items, in the order of the list. */
export const ISOLATION_ITEMS = {
  user: "runs as a user that is not root",
  worktree: "sees one worktree of the machine, and no other folder",
  credentials: "sees no folder of credentials",
  home: "sees no home and no disk as a whole",
  keys: "gets keys that live for a short while, and none in a variable",
  registries: "takes packages from a registry that is named",
  versions: "is built of versions that are fixed, the client's too",
  egress: "reaches only what a list lets through",
  production: "has no direct way to production or to the machine",
} as const;
export type IsolationItem = keyof typeof ISOLATION_ITEMS;

/** How an item stands. `line` in `file`, from 1; `fix` is what to write. */
export type ItemStanding = {
  readonly item: IsolationItem;
  readonly state: "met" | "not-met" | "not-said";
  readonly file: string;
  readonly line: number;
  readonly why: string;
  readonly fix?: string;
};

type Standing = Omit<ItemStanding, "item" | "file" | "line"> & {
  readonly at?: Said | undefined;
  readonly of?: Container;
};
type Item = (definition: Definition) => Standing;

const met = (why: string, at?: Said, of?: Container): Standing => ({
  state: "met",
  why,
  at,
  ...(of === undefined ? {} : { of }),
});
const notMet = (why: string, fix: string, at?: Said, of?: Container): Standing => ({
  ...met(why, at, of),
  state: "not-met",
  fix,
});
const notSaid = (why: string, fix: string, at?: Said, of?: Container): Standing => ({
  ...met(why, at, of),
  state: "not-said",
  fix,
});

/** Whether only whoever starts it knows what it says. */
const isVariable = (text: string): boolean =>
  /\$(?!\{localWorkspaceFolder|\{PWD\}|PWD\b|\(pwd\)|\{localEnv:(?:HOME|USERPROFILE)\}|HOME\b|\{HOME\})/.test(
    text,
  );
const ENGINE = /(?:docker|podman|containerd|crio|buildkitd)\.sock/;
const PROJECT = /^(?:\.\/?|\$\{localWorkspaceFolder\}|\$PWD|\$\{PWD\}|\$\(pwd\)|`pwd`)$/;
const optionLike = ({ options }: Container, pattern: RegExp): Said | undefined =>
  options.find(({ text }) => pattern.test(text));
/** Where a mount is put, by its source. */
const targetOf = ({ options }: Container, source: string): string =>
  options
    .filter(({ text }) => text.includes(source))
    .map(
      ({ text }) =>
        /(?:target|dst|destination)=([^,]+)/.exec(text)?.[1] ??
        text.slice(text.indexOf(source) + source.length + 1),
    )[0] ?? "";
const isSecretFile = (main: Container, { text }: Said): boolean =>
  targetOf(main, text).startsWith("/run/secrets/");
/** Folders of the machine; a name alone is a volume that the engine keeps. */
const isOfMachine = ({ text }: Said): boolean =>
  /^[./~$`%]|^[A-Za-z]:[\\/]/.test(text) && text !== "/dev/null";
/** Something of the project lies over itself, so that it is not changed or not seen. */
const isInProject = ({ text }: Said): boolean =>
  /^(?:\.|\$\{localWorkspaceFolder\}|\$PWD|\$\{PWD\}|\$\(pwd\))\/(?!\.\.)/.test(text) &&
  !/\/\.\.(?:\/|$)/.test(text);

const user: Item = ({ main, image }) => {
  const from = main.user === undefined ? image : main;
  const said = from?.user;
  const fix = 'name a user that is not root: `USER claude`, `user: "1000:1000"`, `runAsUser: 1000`';
  if (said === undefined)
    return image !== undefined || main.kind === "dockerfile"
      ? notMet("no user is named, so it runs as root", fix)
      : notSaid("no user is named: the image decides", fix);
  if (isVariable(said.text)) return notSaid("a variable decides who runs it", fix, said, from);
  return /^(?:root|0)(?::|$)/.test(said.text.trim())
    ? notMet("it runs as root", fix, said, from)
    : met(`user ${said.text.trim()}`, said, from);
};

const worktree: Item = ({ main, more }) => {
  const fix = "mount the project alone: `.:/workspace`";
  if (main.kind === "dockerfile") return notSaid("an image says nothing of mounts", fix);
  const folders = main.mounts.filter((one) => isOfMachine(one) && !isSecretFile(main, one));
  const above = folders.find(({ text }) => /(?:^|\/)\.\.(?:\/|$)/.test(text));
  if (above !== undefined) return notMet("a folder above the project is mounted", fix, above);
  const foreign = folders.filter(
    (one) =>
      !PROJECT.test(one.text) &&
      !isInProject(one) &&
      !folders.some((other) => one.text.startsWith(`${other.text}/`)),
  );
  const isOpened = main.kind === "devcontainer" && !/"workspaceMount"\s*:\s*""/.test(main.text);
  const hasProject = isOpened || folders.some(({ text }) => PROJECT.test(text));
  if (foreign.length > (hasProject ? 0 : 1))
    return notMet(
      "more folders of the machine are mounted than the project",
      fix,
      foreign.find(({ text }) => !isVariable(text)) ?? foreign[0],
    );
  const unknown = folders.find(({ text }) => isVariable(text));
  if (unknown !== undefined) return notSaid("a variable decides what is mounted", fix, unknown);
  if (more !== undefined) return notSaid(more, fix);
  return folders[0] === undefined && !isOpened
    ? met("nothing of the machine is mounted")
    : met("the project, and nothing else", folders[0]);
};

const credentials: Item = ({ main, image, more }) => {
  const fix = "take it out, and give it a key that lives for a day as a secret file";
  const bad = main.mounts.find(({ text }) => isCredentialPlace(text) || /SSH_AUTH_SOCK/.test(text));
  if (bad !== undefined) return notMet("credentials of the machine are mounted", fix, bad);
  const copied = readDockerfile(image?.text ?? "").find(
    ({ name, rest }) => /^(?:COPY|ADD)$/.test(name) && isCredentialPlace(rest),
  );
  if (copied !== undefined)
    return notMet(
      "credentials are copied into the image",
      "leave them out: `RUN --mount=type=secret` shows a file during one step",
      { text: copied.rest, line: copied.line },
      image,
    );
  const unknown = main.mounts.find(({ text }) => isVariable(text));
  if (unknown !== undefined) return notSaid("a variable decides what is mounted", fix, unknown);
  if (more !== undefined) return notSaid(more, fix);
  return main.kind === "dockerfile"
    ? notSaid("an image says nothing of mounts", "mount the project alone")
    : met("none is mounted");
};

const home: Item = ({ main, more }) => {
  const fix = "mount the one project";
  const bad = main.mounts.find(
    ({ text }) => isBroadPlace(text) || /^\/(?:etc|var|usr|proc|sys|dev)\/?$/.test(text),
  );
  if (bad !== undefined)
    return notMet("a home, a disk or a folder of the system is mounted", fix, bad);
  const unknown = main.mounts.find(({ text }) => isVariable(text));
  if (unknown !== undefined) return notSaid("a variable decides what is mounted", fix, unknown);
  if (more !== undefined) return notSaid(more, fix);
  return main.kind === "dockerfile"
    ? notSaid("an image says nothing of mounts", fix)
    : met("none is mounted");
};

const keys: Item = ({ main, image, more }) => {
  const fix =
    "mount the key as a file below `/run/secrets`, and name a command that prints it as `apiKeyHelper`";
  for (const of of image === undefined || image === main ? [main] : [main, image]) {
    const bad = of.variables.find(({ name }) => isSecretVariable(name));
    if (bad !== undefined)
      return notMet(
        `the variable ${bad.name} holds a key: whoever may inspect the container reads it`,
        fix,
        bad,
        of,
      );
  }
  const file = optionLike(main, /^--env-file=(?!\/dev\/null$)/);
  if (file !== undefined) return notMet("a file of variables goes in as a whole", fix, file);
  if (more !== undefined) return notSaid(more, fix);
  const secret = main.mounts.find((one) => isSecretFile(main, one));
  if (secret !== undefined) return met("a secret file", secret);
  return /"?secrets"?\s*[:=]|\/run\/secrets\/|apiKeyHelper|"secret"\s*:/.test(
    `${main.text}\n${image?.text ?? ""}`,
  )
    ? met("a secret file")
    : notSaid("nothing says where the client has its key from", fix);
};

const REGISTRY =
  /^(?:npm_config_registry|NPM_CONFIG_REGISTRY|YARN_NPM_REGISTRY_SERVER|PIP_INDEX_URL|UV_(?:DEFAULT_)?INDEX(?:_URL)?|GOPROXY|CARGO_REGISTRIES_.*_INDEX|BUNDLE_MIRROR__.*)$/;

const registries: Item = ({ main, image }) => {
  const fix = "name it for builds and sessions: `ENV npm_config_registry=https://<registry>/`";
  for (const of of image === undefined || image === main ? [main] : [main, image]) {
    const named = of.variables.find(({ name }) => REGISTRY.test(name));
    const value =
      named === undefined
        ? undefined
        : (/https?:[^\s"',]+/.exec(named.text)?.[0] ??
          new RegExp(`${named.name}["']?\\s*[:=]\\s*["']?(https?:[^\\s"',]+)`).exec(of.text)?.[1]);
    if (named !== undefined && value !== undefined)
      return value.startsWith("https:")
        ? met(value.replace(/\/\/[^@/]*@/, "//"), named, of)
        : notMet("packages come unencrypted", fix, named, of);
    const set = of.commands.find(({ text }) =>
      /\bconfig set registry\s+https:|--registry[= ]https:/.test(text),
    );
    if (set !== undefined) return met("it is set by a command", set, of);
  }
  return notSaid("no registry is named: whatever the programs take by themselves", fix);
};

const versions: Item = ({ main, image }) => {
  const fix =
    "write digests: `FROM node:22-slim@sha256:...`, and `npm install -g @anthropic-ai/claude-code@2.1.328`";
  const isDigest = (text: string) => /@sha256:[0-9a-f]{64}$/.test(text) || text === "scratch";
  if (image === undefined) {
    if (main.image === undefined) return notSaid("no image is named that is read here", fix);
    if (isVariable(main.image.text))
      return notSaid("a variable decides which image", fix, main.image);
    if (!isDigest(main.image.text)) return notMet("the image has no digest", fix, main.image);
  } else {
    const all = readDockerfile(image.file.text ?? "");
    const stages = new Set(
      all.flatMap(({ name, rest }) =>
        name === "FROM" ? [/\sas\s+(\S+)/i.exec(rest)?.[1]?.toLowerCase()] : [],
      ),
    );
    for (const { name, rest, line } of all) {
      const from =
        name === "FROM"
          ? rest.replaceAll(/--\w+=\S+\s*/g, "").split(/\s+/)[0]
          : name === "COPY"
            ? /--from=(\S+)/.exec(rest)?.[1]
            : undefined;
      if (from === undefined || stages.has(from.toLowerCase()) || /^\d+$/.test(from)) continue;
      const said = { text: from, line };
      const argument = /^\$\{?(\w+)/.exec(from)?.[1];
      const given = all.find((one) => one.name === "ARG" && one.rest.startsWith(`${argument}=`));
      const real = argument === undefined ? from : given?.rest.slice(argument.length + 1);
      if (real === undefined || isVariable(real))
        return notSaid("a variable decides which base", fix, said, image);
      if (!isDigest(real.replaceAll(/["']/g, "")))
        return notMet("a base has no digest", fix, said, image);
    }
  }
  for (const of of image === undefined || image === main ? [main] : [main, image]) {
    const loose = of.commands.find(
      ({ text }) =>
        /@anthropic-ai\/claude-code(?!@\d+\.\d+\.\d+)(?![\w/-])|claude\.ai\/install\.(?:sh|ps1|cmd)\b(?![^\n;&]*\b\d+\.\d+\.\d+)/.test(
          text,
        ) && /\b(?:npm|pnpm|yarn|bun|npx|curl|wget|irm)\b/.test(text),
    );
    if (loose !== undefined) return notMet("the client has no exact version", fix, loose, of);
    const feature = optionLike(of, /^feature=.*claude-code/);
    if (feature !== undefined)
      return notMet("a feature brings the client that is newest", fix, feature, of);
  }
  return met("digests and exact versions", main.image ?? image?.image, main.image ? main : image);
};

const egress: Item = ({ main, more, isInternal }) => {
  const fix =
    "take the network away (`--network=none`), or use one with `internal: true` and a proxy with a list in `HTTPS_PROXY`";
  if (main.kind === "dockerfile") return notSaid("an image says nothing of the network", fix);
  const network = optionLike(main, /^--network=/);
  const name = network?.text.replace(/^--network=/, "");
  if (name === "none") return met("there is no network", network);
  if (name === "host" || name?.startsWith("container:") === true)
    return notMet("it is in the network of the machine or of another container", fix, network);
  if (name !== undefined && isVariable(name))
    return notSaid("a variable decides which network", fix, network);
  const proxy = main.variables.find((one) => /^https?_proxy$/i.test(one.name));
  if (isInternal)
    return proxy === undefined
      ? met("the network leads nowhere", network)
      : met("the network leads to the proxy alone", proxy);
  if (main.kind === "pod") {
    const file = main.file.text ?? "";
    return /^[^\S\n\r]*kind\s*:\s*NetworkPolicy\b/m.test(file) && /\bEgress\b/.test(file)
      ? met("a network policy for what goes out stands beside it")
      : notMet(
          "no network policy restricts what goes out",
          "add a `NetworkPolicy` with `policyTypes: [Egress]`",
        );
  }
  const firewall = main.commands.find(({ text }) => /firewall|iptables|\bnft\b/.test(text));
  if (firewall !== undefined)
    return notSaid(
      "a script of its own sets rules: whether they hold, only `sallyport sandbox probe` tells from inside",
      fix,
      firewall,
    );
  if (more !== undefined) return notSaid(more, fix);
  return proxy === undefined
    ? notMet("everything is reached", fix)
    : notMet("a proxy is named, and nothing forces programs to use it", fix, proxy);
};

const production: Item = (definition) => {
  const { main, image, more } = definition;
  const fix = "take it out: what changes running systems runs elsewhere, after an approval";
  const socket =
    main.mounts.find(({ text }) => ENGINE.test(text)) ??
    optionLike(main, /^feature=.*docker-outside-of-docker/);
  if (socket !== undefined)
    return notMet("over the engine's socket it gets the machine", fix, socket);
  const wide = optionLike(
    main,
    /^--privileged(?!=false)|^--(?:network|pid|ipc|userns|uts)=host$|^--cap-add=(?:CAP_)?(?:ALL|SYS_|NET_ADMIN|DAC_|BPF)|^--device=|^--security-opt=(?:seccomp|apparmor)[:=]unconfined/i,
  );
  if (wide !== undefined) return notMet("it has rights of the machine", fix, wide);
  const cluster = main.mounts.find(({ text }) =>
    /kube|terraform|tfstate|serviceaccount/i.test(text),
  );
  if (cluster !== undefined)
    return notMet("access to a cluster or its state is mounted", fix, cluster);
  for (const of of image === undefined || image === main ? [main] : [main, image]) {
    const named = of.variables.find(
      ({ name, text }) =>
        /(?:^|_)PROD(?:UCTION)?(?:_|$)|^(?:KUBECONFIG|DATABASE_URL|AWS_PROFILE|DOCKER_HOST)$/.test(
          name,
        ) || /:\/\/[^\s/]*prod/i.test(text),
    );
    if (named !== undefined)
      return notMet(`the variable ${named.name} leads to a running system`, fix, named, of);
  }
  if (more !== undefined) return notSaid(more, fix);
  if (egress(definition).state === "met")
    return met("nothing leads there, and the network is restricted");
  return notSaid(
    "the network is not restricted, so a way cannot be excluded",
    "restrict the network first",
  );
};

const ITEMS: Readonly<Record<IsolationItem, Item>> = {
  user,
  worktree,
  credentials,
  home,
  keys,
  registries,
  versions,
  egress,
  production,
};

/** How each item stands for one container. */
export function standingsOf(definition: Definition): readonly ItemStanding[] {
  const { main } = definition;
  return Object.entries(ITEMS).map(([name, look]) => {
    const { at, of = main, ...standing } = look(definition);
    return {
      item: name as IsolationItem,
      ...standing,
      file: of.file.shown,
      line: at?.line ?? of.line,
    };
  });
}
