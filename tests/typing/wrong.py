"""What no user should write: of each line `make style` must complain, or the `ignore` is unused."""

import lossbook

lossbook.risk("huber", [1.0], [1.0])  # type: ignore[arg-type]
lossbook.risk(lossbook.Huber, [1.0], [1.0])  # type: ignore[arg-type]
lossbook.risk(lossbook.noise.Laplace(), [1.0], [1.0])  # type: ignore[arg-type]
lossbook.minimiser("huber", [1.0])  # type: ignore[call-overload]
lossbook.Huber("1")  # type: ignore[arg-type]
lossbook.Huber(delta=1, scale=2)  # type: ignore[call-arg]
lossbook.Huber()(1.0)  # type: ignore[call-overload]
lossbook.Huber().gradient_of  # type: ignore[attr-defined]  # noqa: B018
lossbook.huber  # type: ignore[attr-defined]  # noqa: B018
lossbook.noise.Gauss  # type: ignore[attr-defined]  # noqa: B018
lossbook.noise.of(lossbook.noise.Laplace())  # type: ignore[arg-type]
lossbook.live.Figure()  # type: ignore[call-arg]
