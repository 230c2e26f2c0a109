/**
 * Where a module of this package runs when it is started in another process or thread: there it is always the built JavaScript,
 * also when this side is TypeScript under a test runner. `path` is from the package's root, without its ending.
 */
export function builtModule(path: string): URL {
  const root = import.meta.url.endsWith(".ts") ? "../../dist/" : "../../";
  return new URL(`${root}${path}.js`, import.meta.url);
}
