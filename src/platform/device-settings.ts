// Reading what device management left on this machine, by the programs that the system has for it.
import { execFile } from "node:child_process";
import { lstatSync } from "node:fs";
import { win32 } from "node:path";

const TIMEOUT_MS = 5000;
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;
/** What `reg query` ends with where key or value is not there. */
const NOT_THERE = 1;

/** What a program of the system printed; past four MiB the beginning of it. */
export type DeviceText =
  | { readonly kind: "missing" }
  /** It is there, and could not be read or is not of this form. */
  | { readonly kind: "unreadable" }
  | { readonly kind: "printed"; readonly text: string };

/** How settings of device management are read. Neither ever throws. */
export type DeviceReader = {
  /** What `reg query` prints of one value. `key` begins with a hive: `HKLM` or `HKCU`. */
  registry(key: string, value: string): Promise<DeviceText>;
  /** A property list as JSON. */
  preferences(path: string): Promise<DeviceText>;
};

/** Reads this machine. */
export const deviceReader: DeviceReader = {
  async registry(key, value) {
    const root = process.env["SystemRoot"] ?? "C:\\Windows";
    const program = win32.join(root, "System32", "reg.exe");
    const { code, text } = await print(program, ["query", key, "/v", value]);
    if (code === NOT_THERE) return { kind: "missing" };
    return code === 0 ? { kind: "printed", text } : { kind: "unreadable" };
  },
  async preferences(path) {
    try {
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { kind: "missing" };
    } catch {
      return { kind: "unreadable" };
    }
    const args = ["-convert", "json", "-o", "-", "--", path];
    const { code, text } = await print("/usr/bin/plutil", args);
    return code === 0 ? { kind: "printed", text } : { kind: "unreadable" };
  },
};

function print(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number | undefined; readonly text: string }> {
  const options = { timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX, windowsHide: true };
  return new Promise((resolve) => {
    execFile(program, args, options, (failure, text) => {
      if (failure === null) resolve({ code: 0, text });
      else if (failure.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") resolve({ code: 0, text });
      else resolve({ code: typeof failure.code === "number" ? failure.code : undefined, text });
    });
  });
}
