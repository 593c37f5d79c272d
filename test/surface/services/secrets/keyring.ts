// A keyring of our own: gnome-keyring on a private D-Bus, unlocked, with a home and a run-time directory of its own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const NEEDED = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"];

/** The programs that are missing here. */
export function missingPrograms(): readonly string[] {
  return NEEDED.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
}

/** Runs a script of the shell beside an unlocked keyring; `folder` is its home, and has mode 0700; `input` is what it reads. */
export function besideKeyring(
  folder: string,
  script: string,
  {
    environment,
    input,
  }: { readonly environment: Readonly<Record<string, string>>; readonly input: string },
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const begin = `eval "$(printf planted-password | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"`;
  const { status, stdout, stderr } = spawnSync(
    "dbus-run-session",
    ["--", "sh", "-c", `${begin}\n${script}`],
    {
      env: {
        HOME: folder,
        XDG_RUNTIME_DIR: folder,
        XDG_DATA_HOME: join(folder, "data"),
        PATH: process.env["PATH"],
        LANG: "C.UTF-8",
        ...environment,
      },
      encoding: "utf8",
      input,
      timeout: 50_000,
    },
  );
  return { status, stdout, stderr };
}
