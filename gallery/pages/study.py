"""Where a rater's browser hands over its answers; the study's own pages are files beside it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gallery.gallery import Here

router = APIRouter()


@router.post("/study/answers", include_in_schema=False)
async def answers(request: Request, gallery: Here, rater: str) -> Response:
    """Take what a rater said of all pairs, as CSV."""
    if gallery.study is None:
        raise HTTPException(404)
    try:
        sent = (await request.body()).decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "Answers are UTF-8.") from None
    new = await run_in_threadpool(gallery.study.keep, rater, sent)
    return PlainTextResponse("Thank you.", status_code=201 if new else 200)
