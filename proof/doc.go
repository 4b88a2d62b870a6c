// Package proof holds what shows the promises of the whole house to be kept: models, simulated months,
// crashes, cut networks. It ships with no program. Its parts live in folders of their own, may import
// every room, and have a short form in `make test` and a long one in `make soak`.
package proof
