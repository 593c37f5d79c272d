// Which operating system this is, and whether this version can keep its promises there.
import { closeSync, openSync, readSync } from "node:fs";
import { release } from "node:os";
import { Failure } from "#base/failure.ts";

/** Systems by what matters to us. `wsl` is Linux inside Windows; `other` is a Unix that nobody looked at. */
export type SystemKind = "linux" | "wsl" | "macos" | "windows" | "other";

/** The system of these values: `process.platform` and, for Linux, the kernel's release. */
export function systemKind(platform: string, kernelRelease: string): SystemKind {
  switch (platform) {
    case "linux":
      // Both WSL 1 (`-Microsoft`) and WSL 2 (`-microsoft-standard-WSL2`) say so in the release of their kernel.
      return /microsoft/i.test(kernelRelease) ? "wsl" : "linux";
    case "darwin":
      return "macos";
    case "win32":
      return "windows";
    default:
      return "other";
  }
}

/** The system that this process runs on. */
export function thisSystem(): SystemKind {
  return systemKind(process.platform, process.platform === "linux" ? release() : "");
}

/** The release of the system's kernel, as it says it itself. */
export function kernelRelease(): string {
  return release();
}

/**
 * Throws a Failure where this version cannot keep its files private: Windows knows no mode bits, so a check of them would
 * say nothing. WSL is Linux and fine.
 */
export function refuseUnfitSystem(system: SystemKind = thisSystem()): void {
  if (system !== "windows") return;
  throw new Failure(
    "system",
    "this version cannot keep its keys private on Windows: run sallyport and the client inside WSL",
  );
}

/** Text of a file that the system makes up on reading, or undefined where there is none. */
export function readSystemFile(path: string): string | undefined {
  try {
    // WHY: its size says nothing, so nobody need ask for it.
    const file = openSync(path, "r");
    try {
      let text = "";
      for (;;) {
        const length = readSync(file, PIECE, 0, PIECE.length, null);
        if (length === 0) return text;
        text += PIECE.toString("latin1", 0, length);
      }
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

const PIECE = Buffer.allocUnsafeSlow(65_536);
