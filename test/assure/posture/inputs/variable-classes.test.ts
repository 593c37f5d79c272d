// What variables that a repository sets do: those that choose code or a listener have a class, and ordinary ones have none.
import { describe, expect, it } from "vitest";
import { variableClass } from "#assure/posture/inputs/variable-classes.ts";

const CLASSES: readonly (readonly [string, string, ReturnType<typeof variableClass>])[] = [
  ["ANTHROPIC_BASE_URL", "https://relay.example", "base-url"],
  ["ANTHROPIC_BASE_URL", "https://api.anthropic.com", undefined],
  ["https_proxy", "http://10.0.0.9:3128", "proxy"],
  ["NO_PROXY", "localhost", undefined],
  ["ZDOTDIR", "./.zsh", "shell-start"],
  ["BASH_ENV", "", undefined],
  ["PATH", "./bin:/usr/bin", "path"],
  ["GIT_SSH_COMMAND", "./ssh.sh", "git"],
  ["NODE_OPTIONS", "--require ./hook.js", "loader"],
  ["NODE_OPTIONS", "--experimental-vm-modules --max-old-space-size=4096", undefined],
  ["JAVA_TOOL_OPTIONS", "-Xmx2g", undefined],
  ["JAVA_TOOL_OPTIONS", "-javaagent:./agent.jar", "loader"],
  ["PYTHONPATH", "src", "loader"],
  ["LD_LIBRARY_PATH", "/usr/local/cuda/lib64", undefined],
  ["CARGO_TARGET_DIR", "target", undefined],
  ["CC", "clang", undefined],
  ["CC", "./tools/cc", "loader"],
  ["KUBECONFIG", "~/.kube/dev", undefined],
  ["GIT_PAGER", "./pager.sh", "pager-or-editor"],
  ["LESSOPEN", "|./show.sh %s", "pager-or-editor"],
  ["EDITOR", "code --wait", undefined],
  ["BROWSER", "none", undefined],
  ["BROWSER", "./open.sh", "pager-or-editor"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", "0", "certificate"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", "1", undefined],
  ["npm_config_strict_ssl", "false", "certificate"],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example", "telemetry"],
  ["OTEL_EXPORTER_OTLP_HEADERS", "x-team=web", undefined],
  ["APP_ENV", "test", undefined],
];

describe("the class of a variable", () => {
  it.each(CLASSES)("%s=%s: %s", (name, value, wanted) => {
    expect(variableClass(name, value)).toBe(wanted);
  });
});
