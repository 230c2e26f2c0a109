/** Commander's own types know no flags; these infer them from the declarations, and are the same code when it runs. */
declare module "commander" {
  export * from "@commander-js/extra-typings";
}
