// Containers of compose files: one of each service.
import { arrayOrEmpty, stringOrEmpty } from "#base/json.ts";
import type { Container, ContainerInputs, Said } from "../container.ts";
import { filesIn } from "../looking.ts";
import type { AuditInputs, SeenFile } from "../inputs/audit-inputs.ts";
import { CLIENT, variableOf } from "./options.ts";

/** One container of each service. */
export function compose({ repository, yaml }: ContainerInputs): readonly Container[] {
  return filesIn([repository], /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/).flatMap((file) => {
    const reading = yaml(file);
    if (reading.kind === "fault") return [];
    return Object.entries(objectOf(member(reading.value, "services"))).map(
      ([name, value]): Container => {
        const place = (...path: (string | number)[]) =>
          reading.place(["services", name, ...path]).line;
        const service = new Service(value, place);
        const dockerfile = service.dockerfile(repository);
        const text = JSON.stringify(value) ?? "";
        return {
          kind: "compose",
          file,
          line: place(),
          text,
          hasClient:
            CLIENT.test(`${name} ${withoutLabels(value)}`) || CLIENT.test(dockerfile?.text ?? ""),
          image: service.said("image"),
          user: service.said("user"),
          mounts: service.mounts(),
          options: service.options(),
          variables: service.variables(),
          commands: service.commands(),
          built: dockerfile?.path,
        };
      },
    );
  });
}

/** A service without what only names it or others: a project may be called after the client that its services do not have. */
function withoutLabels(value: unknown): string {
  const named = { networks: null, container_name: null, depends_on: null, labels: null };
  return JSON.stringify({ ...objectOf(value), ...named, hostname: null });
}

/** Keys of a service that are options of the program by another name. */
const RENAMED = [
  ["network_mode", "network"],
  ["pid", "pid"],
  ["ipc", "ipc"],
  ["userns_mode", "userns"],
] as const;

/** One service of a file, and where in it its members stand. */
class Service {
  readonly #value: unknown;
  readonly #at: (...path: (string | number)[]) => number;

  constructor(value: unknown, at: (...path: (string | number)[]) => number) {
    this.#value = value;
    this.#at = at;
  }

  /** A member that is one text. */
  said(key: string): Said | undefined {
    const value = member(this.#value, key);
    return typeof value === "string" || typeof value === "number"
      ? { text: String(value), line: this.#at(key) }
      : undefined;
  }

  /** The file of its own from which it is built. */
  dockerfile(repository: AuditInputs["repository"]): SeenFile | undefined {
    const build = member(this.#value, "build");
    if (build === undefined) return undefined;
    const folder = (typeof build === "string" ? build : stringOrEmpty(member(build, "context")))
      .replace(/^\.\/?/, "")
      .replace(/\/$/, "");
    return repository.files.get(
      [folder, stringOrEmpty(member(build, "dockerfile")) || "Dockerfile"]
        .filter((one) => one !== "")
        .join("/"),
    );
  }

  mounts(): readonly Said[] {
    return [
      ...this.#items("volumes").flatMap(({ text: one, line }) => {
        const source = /^([^:]+):/.exec(one)?.[1];
        return source === undefined ? [] : [{ text: source, line }];
      }),
      ...arrayOrEmpty(member(this.#value, "volumes")).flatMap((one, index) => {
        const source = member(one, "source");
        return typeof source === "string"
          ? [{ text: source, line: this.#at("volumes", index) }]
          : [];
      }),
    ];
  }

  options(): readonly Said[] {
    return [
      ...this.#flag("privileged", "--privileged"),
      ...this.#flag("read_only", "--read-only"),
      ...this.#each("cap_add", (one) => `--cap-add=${one}`),
      ...this.#each("cap_drop", (one) => `--cap-drop=${one}`),
      ...this.#each("security_opt", (one) => `--security-opt=${one.replace(":", "=")}`),
      ...this.#each("tmpfs", (one) => `--tmpfs=${one}`),
      ...this.#each("env_file", (one) => `--env-file=${one}`),
      ...RENAMED.flatMap(([key, option]) => {
        const one = this.said(key);
        return one === undefined ? [] : [{ text: `--${option}=${one.text}`, line: one.line }];
      }),
      ...this.#each("volumes", (one) => `--volume=${one}`),
    ];
  }

  variables(): Container["variables"] {
    const environment = member(this.#value, "environment");
    if (Array.isArray(environment))
      return environment.flatMap((one: unknown, index) =>
        typeof one === "string" ? [variableOf(one, this.#at("environment", index))] : [],
      );
    return Object.entries(objectOf(environment)).map(([key, value]) => ({
      text: `${key}=${String(value)}`,
      line: this.#at("environment", key),
      name: key,
      hasValue: value !== null && value !== "",
    }));
  }

  commands(): readonly Said[] {
    const words = [...this.#items("entrypoint"), ...this.#items("command")];
    if (words.length === 0) return [];
    return [{ text: words.map(({ text }) => text).join(" "), line: this.#at("command") }];
  }

  /** A member that is one text or a list of them. */
  #items(key: string): readonly Said[] {
    const value = member(this.#value, key);
    if (typeof value === "string") return [{ text: value, line: this.#at(key) }];
    return arrayOrEmpty(value).flatMap((one, index) =>
      typeof one === "string" ? [{ text: one, line: this.#at(key, index) }] : [],
    );
  }

  #flag(key: string, text: string): readonly Said[] {
    return member(this.#value, key) === true ? [{ text, line: this.#at(key) }] : [];
  }

  #each(key: string, option: (one: string) => string): readonly Said[] {
    return this.#items(key).map(({ text, line }) => ({ text: option(text), line }));
  }
}

function member(value: unknown, key: string): unknown {
  return objectOf(value)[key];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
