// description: an init that never ends can be interrupted
// signal: INT after 1s
// signal: INT after 1s
// [k6] exit: 130
// [proofload] exit: 105
// differs: k6 is killed by the signal until the run has begun
for (;;) {}
