// How UXP gives its modules: require() answers with the object whose type Adobe publishes.
declare module "premierepro" {
  const premiere: import("@adobe/premierepro").premierepro;
  export = premiere;
}
declare module "uxp" {
  const uxp: any;
  export = uxp;
}
interface Window {
  zimu: any;
}
// Given by UXP itself.
declare function require(name: string): any;
