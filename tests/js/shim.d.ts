// What the published types leave to TypeScript's own library, which ExtendScript does not have.
type Extract<T, U> = T extends U ? T : never;

// The guide and all who call it give the time alone; the types ask for four arguments.
interface MarkerCollection {
  createMarker(seconds: number): Marker;
}
