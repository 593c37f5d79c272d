// Containers of compose files: one of each service.
import type { Container, Said } from "../container.ts";
import { filesIn } from "../looking.ts";
import type { AuditInputs } from "../inputs/audit-inputs.ts";
import { CLIENT, variableOf } from "./options.ts";

/** One container of each service. */
export function compose({ repository, yaml }: AuditInputs): readonly Container[] {
  return filesIn([repository], /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/).flatMap((file) => {
    const reading = yaml(file);
    if (reading.kind === "fault") return [];
    return Object.entries(objectOf(member(reading.value, "services"))).map(
      ([name, service]): Container => {
        const at = (...path: (string | number)[]) =>
          reading.place(["services", name, ...path]).line;
        const said = (key: string): Said | undefined => {
          const value = member(service, key);
          return typeof value === "string" || typeof value === "number"
            ? { text: String(value), line: at(key) }
            : undefined;
        };
        const items = (key: string): readonly Said[] => {
          const value = member(service, key);
          if (typeof value === "string") return [{ text: value, line: at(key) }];
          return listOf(value).flatMap((one, index) =>
            typeof one === "string" ? [{ text: one, line: at(key, index) }] : [],
          );
        };
        const build = member(service, "build");
        const folder = (typeof build === "string" ? build : wordOf(member(build, "context")))
          .replace(/^\.\/?/, "")
          .replace(/\/$/, "");
        const dockerfile =
          build === undefined
            ? undefined
            : repository.files.get(
                [folder, wordOf(member(build, "dockerfile")) || "Dockerfile"]
                  .filter((one) => one !== "")
                  .join("/"),
              );
        const text = JSON.stringify(service) ?? "";
        const environment = member(service, "environment");
        return {
          ...{ kind: "compose", file, line: at(), text },
          hasClient: CLIENT.test(`${name} ${text}`) || CLIENT.test(dockerfile?.text ?? ""),
          image: said("image"),
          user: said("user"),
          mounts: [
            ...items("volumes").flatMap(({ text: one, line }) => {
              const source = /^([^:]+):/.exec(one)?.[1];
              return source === undefined ? [] : [{ text: source, line }];
            }),
            ...listOf(member(service, "volumes")).flatMap((one, index) => {
              const source = member(one, "source");
              return typeof source === "string"
                ? [{ text: source, line: at("volumes", index) }]
                : [];
            }),
          ],
          options: [
            ...(member(service, "privileged") === true
              ? [{ text: "--privileged", line: at("privileged") }]
              : []),
            ...(member(service, "read_only") === true
              ? [{ text: "--read-only", line: at("read_only") }]
              : []),
            ...items("cap_add").map(({ text: one, line }) => ({ text: `--cap-add=${one}`, line })),
            ...items("cap_drop").map(({ text: one, line }) => ({
              text: `--cap-drop=${one}`,
              line,
            })),
            ...items("security_opt").map(({ text: one, line }) => ({
              text: `--security-opt=${one.replace(":", "=")}`,
              line,
            })),
            ...items("tmpfs").map(({ text: one, line }) => ({ text: `--tmpfs=${one}`, line })),
            ...items("env_file").map(({ text: one, line }) => ({
              text: `--env-file=${one}`,
              line,
            })),
            ...(
              [
                ["network_mode", "network"],
                ["pid", "pid"],
                ["ipc", "ipc"],
                ["userns_mode", "userns"],
              ] as const
            ).flatMap(([key, option]) => {
              const one = said(key);
              return one === undefined ? [] : [{ text: `--${option}=${one.text}`, line: one.line }];
            }),
            ...items("volumes").map(({ text: one, line }) => ({ text: `--volume=${one}`, line })),
          ],
          variables: Array.isArray(environment)
            ? environment.flatMap((one: unknown, index) =>
                typeof one === "string" ? [variableOf(one, at("environment", index))] : [],
              )
            : Object.entries(objectOf(environment)).map(([key, value]) => ({
                text: `${key}=${String(value)}`,
                line: at("environment", key),
                name: key,
                hasValue: value !== null && value !== "",
              })),
          commands:
            [...items("command"), ...items("entrypoint")].length === 0
              ? []
              : [
                  {
                    text: [...items("entrypoint"), ...items("command")]
                      .map(({ text: one }) => one)
                      .join(" "),
                    line: at("command"),
                  },
                ],
        };
      },
    );
  });
}

function member(value: unknown, key: string): unknown {
  return objectOf(value)[key];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
