// The frame around every page: top bar, navigation, palette, and the page of the place where the reader is.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type PaletteItem, useApp, useMe } from "../core/app.ts";
import type { LiveState } from "../core/live.ts";
import type { Theme } from "../core/stored-theme.ts";
import { Link } from "../core/router.tsx";
import { mayAs } from "../core/session.ts";
import { useResource } from "../core/resource.ts";
import { useStore } from "../core/store.ts";
import { type PageEntry, PAGES, type Section } from "../pages/index.ts";
import { Icon } from "../parts/icon.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { useKeys } from "./keys.ts";
import { KeyList } from "./key-list.tsx";
import { PageOutlet } from "./outlet.tsx";
import { Palette } from "./palette.tsx";

const SECTIONS: readonly Section[] = ["Now", "Record", "Control"];
const THEMES: readonly Theme[] = ["system", "light", "dark"];

export function Shell() {
  const { router, session, preferences, live } = useApp();
  const { role, team = null } = useMe();
  const { path } = useStore(router.place);
  const [opened, setOpened] = useState<"none" | "palette" | "keys">("none");
  const [hasMenu, setMenu] = useState(false);
  const menuButton = useRef<HTMLButtonElement>(null);
  const pages = useMemo(
    () =>
      PAGES.filter(
        ({ role: needed, of = "machine" }) =>
          (needed === undefined || mayAs(role, needed)) &&
          (of === "both" || (of === "team") === (team !== null)),
      ),
    [role, team],
  );
  const listed = useMemo(() => pages.filter(({ section }) => section !== undefined), [pages]);
  const items = useMemo<readonly PaletteItem[]>(
    () => [
      ...THEMES.map((theme) => ({
        title: `Theme: ${theme}`,
        words: "colours appearance",
        run: () => preferences.theme.set(theme),
      })),
      { title: "Keys", words: "shortcuts help", run: () => setOpened("keys") },
      { title: "Print this page", words: "pdf paper", run: () => window.print() },
      { title: "Log out", words: "leave session", run: () => void session.leave() },
    ],
    [],
  );
  useNeeded();
  const open = useCallback((what: "palette" | "keys") => setOpened(what), []);
  useKeys(listed, open);
  useEffect(() => {
    live.start();
    return () => live.stop();
  }, []);
  useEffect(() => setMenu(false), [path]);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>("#content")?.focus();
        }}
      >
        Skip to the page
      </a>
      <header class="top">
        <button
          ref={menuButton}
          type="button"
          class="icon-button top-menu"
          aria-label="Menu"
          aria-expanded={hasMenu}
          aria-controls="navigation"
          onClick={() => setMenu(!hasMenu)}
        >
          <Icon name={hasMenu ? "close" : "menu"} />
        </button>
        <a class="top-name" href="/">
          <Icon name="gate" />
          sallyport
        </a>
        <button type="button" class="top-find" onClick={() => setOpened("palette")}>
          <Icon name="search" />
          <span class="top-find-word">Find a page or a command</span>
          <kbd>Ctrl K</kbd>
        </button>
        <LiveMark />
        <ThemeButton />
        <Person />
      </header>
      <nav
        id="navigation"
        class={`nav${hasMenu ? " nav-open" : ""}`}
        aria-label="Pages"
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !hasMenu) return;
          setMenu(false);
          menuButton.current?.focus();
        }}
      >
        {SECTIONS.map((section) => (
          <NavSection key={section} section={section} pages={listed} path={path} />
        ))}
        <p class="nav-hint">
          <button type="button" class="text-more" onClick={() => setOpened("keys")}>
            Keys <kbd>?</kbd>
          </button>
        </p>
      </nav>
      <main id="content" class="content" tabIndex={-1}>
        <DemoMark />
        <PageOutlet pages={pages} />
      </main>
      {opened === "palette" && (
        <Palette pages={listed} items={items} onClose={() => setOpened("none")} />
      )}
      {opened === "keys" && <KeyList pages={listed} onClose={() => setOpened("none")} />}
    </div>
  );
}

/** Asks how much needs a person, for the navigation and the title. */
function useNeeded(): void {
  const { needed } = useApp();
  const { value } = useResource<{ readonly total: number }>(
    "/inbox",
    { limit: "1" },
    { live: ["decision", "changed"], everyMs: 15_000 },
  );
  useEffect(() => needed.set(value?.total ?? 0), [value]);
}

function NavBadge() {
  const needed = useStore(useApp().needed);
  if (needed === 0) return null;
  return (
    <span class="nav-badge">
      {needed > 999 ? "999+" : needed}
      <span class="unseen"> need you</span>
    </span>
  );
}

function NavSection(props: {
  readonly section: Section;
  readonly pages: readonly PageEntry[];
  readonly path: string;
}) {
  const pages = props.pages.filter(({ section }) => section === props.section);
  if (pages.length === 0) return null;
  return (
    <div class="nav-section">
      <h2>{props.section}</h2>
      <ul>
        {pages.map(({ path, title, key }) => (
          <li key={path}>
            <Link href={path} isHere={isWithin(props.path, path)}>
              {title}
              {path === "/" && <NavBadge />}
              {key !== undefined && <kbd aria-hidden="true">{`g ${key}`}</kbd>}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** WHY on every page: a picture of a page must not pass for what happened somewhere. */
function DemoMark() {
  const { isDemo = false } = useMe();
  if (!isDemo) return null;
  return (
    <p class="demo-mark" role="note">
      <strong>Demo.</strong> Meridian Outfitters and all that is on this page are made up. Nothing
      of yours is shown or changed.
    </p>
  );
}

const isWithin = (path: string, page: string) =>
  page === "/" ? path === "/" : path === page || path.startsWith(`${page}/`);

const LIVE_WORDS: Readonly<Record<LiveState["kind"], string>> = {
  connecting: "Connecting",
  live: "Live",
  "no-daemon": "Daemon away",
  off: "Not live",
};

function LiveMark() {
  const { live } = useApp();
  const state = useStore(live.state);
  const isTeam = (useMe().team ?? null) !== null;
  return (
    <span class={`live live-${state.kind}`} role="status">
      <svg class="live-dot" viewBox="0 0 8 8" aria-hidden="true">
        <circle cx="4" cy="4" r="4" />
      </svg>
      {isTeam && state.kind === "no-daemon" ? "Store away" : LIVE_WORDS[state.kind]}
      {state.kind === "off" && (
        <span class="live-retry">
          , tried <Time ms={state.retryMs} as="ago" />
        </span>
      )}
    </span>
  );
}

function ThemeButton() {
  const { preferences } = useApp();
  const theme = useStore(preferences.theme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Theme: ${theme}. Change to ${next}`}
      title={`Theme: ${theme}`}
      onClick={() => preferences.theme.set(next)}
    >
      <Icon name={theme} />
    </button>
  );
}

function Person() {
  const { session } = useApp();
  const me = useMe();
  return (
    <details class="person">
      <summary class="icon-button" aria-label="Your session">
        <Icon name="person" />
      </summary>
      <div class="person-card">
        <p class="person-name">
          <Text value={me.name} limit={80} />
        </p>
        <p class="quiet">
          {me.role}
          {(me.team ?? null) !== null && ` of ${me.team}`}, until <Time ms={me.expiresMs} />
        </p>
        <button type="button" class="button" onClick={() => void session.leave()}>
          Log out
        </button>
      </div>
    </details>
  );
}
