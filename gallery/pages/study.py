"""The endpoint for raters' answers; a study's pages are static files."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gallery.gallery import GalleryDependency

router = APIRouter()


@router.post("/study/answers", include_in_schema=False)
async def answers(request: Request, gallery: GalleryDependency, rater: str) -> Response:
    """Store a rater's answers to all pairs, sent as CSV; errors are plain text."""
    if gallery.study is None:
        raise HTTPException(404)
    try:
        sent = (await request.body()).decode()
        new = await run_in_threadpool(gallery.study.save, rater, sent)
    except UnicodeDecodeError:
        return PlainTextResponse("Answers must be UTF-8.", status_code=400)
    except HTTPException as refused:
        return PlainTextResponse(refused.detail, status_code=refused.status_code)
    return PlainTextResponse("Thank you.", status_code=201 if new else 200)
