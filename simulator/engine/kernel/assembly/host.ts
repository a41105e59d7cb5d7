/** What TypeScript does for the kernel (`KernelHost` in ../kernel.ts). */

// @ts-ignore: decorator
@external("machine", "native")
export declare function callNative(index: i32, h: i32): i32;
/** Takes the arrival that is due; frames may have moved. */
// @ts-ignore: decorator
@external("machine", "arrive")
export declare function arrive(): void;
/** Works out the next batch of arrival times of a source. */
// @ts-ignore: decorator
@external("machine", "refill")
export declare function refill(source: i32): void;
/** PendingEvents.advance, push, Timeouts.arm, cancel: the rare ways. */
// @ts-ignore: decorator
@external("machine", "openNext")
export declare function openNext(): bool;
// @ts-ignore: decorator
@external("machine", "push")
export declare function pushRarely(h: i32): void;
// @ts-ignore: decorator
@external("machine", "arm")
export declare function armRarely(h: i32): void;
// @ts-ignore: decorator
@external("machine", "cancel")
export declare function cancelRarely(h: i32): void;
// @ts-ignore: decorator
@external("machine", "serviceLater")
export declare function serviceLater(station: i32, arrival: f64, start: f64, end: f64): void;
// @ts-ignore: decorator
@external("machine", "countKeyLater")
export declare function countKeyLater(time: f64, component: i32, key: i32, row: i32): void;
// @ts-ignore: decorator
@external("machine", "pick")
export declare function pickBy(balancer: i32, draw: i32): i32;
// @ts-ignore: decorator
@external("machine", "unpick")
export declare function unpickBy(balancer: i32, instance: i32): void;
