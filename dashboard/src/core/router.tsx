// Where the reader is: paths of the History API, patterns with `:names`, and links that do not load the page again.
import type { ComponentChildren } from "preact";
import { createStore, type Store } from "./store.ts";

export type Place = { readonly path: string; readonly query: URLSearchParams };
export type Router = {
  readonly place: Store<Place>;
  /** Goes to an address of the app, such as `/log?filter=verdict%3Adeny`. `isReplaced`: no new entry of the history. */
  go(to: string, options?: { readonly isReplaced?: boolean }): void;
};

export function createRouter(): Router {
  const here = (): Place => ({
    path: location.pathname,
    query: new URLSearchParams(location.search),
  });
  const place = createStore<Place>(here());
  const go: Router["go"] = (to, { isReplaced = false } = {}) => {
    const next = new URL(to, location.origin);
    if (next.origin !== location.origin) return;
    const address = `${next.pathname}${next.search}`;
    if (address === `${location.pathname}${location.search}`) return;
    if (isReplaced) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    place.set(here());
  };
  window.addEventListener("popstate", () => place.set(here()));
  document.addEventListener("click", (event) => {
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!isPlain || event.defaultPrevented || !(link instanceof HTMLAnchorElement)) return;
    const isElsewhere =
      link.origin !== location.origin || link.target !== "" || link.hasAttribute("download");
    if (isElsewhere || link.getAttribute("href")?.startsWith("#")) return;
    event.preventDefault();
    go(link.href);
  });
  return { place, go };
}

/** A link within the app; every `<a href>` of the same origin is one, this one marks where the reader is. */
export function Link(props: {
  readonly href: string;
  readonly isHere?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  const { href, isHere = false, children } = props;
  return (
    <a href={href} class={props.class} {...(isHere ? { "aria-current": "page" as const } : {})}>
      {children}
    </a>
  );
}
